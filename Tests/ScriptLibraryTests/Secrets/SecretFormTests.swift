import Foundation
import LuaKit
import ScriptLibrary
import Testing

/// The forms in which others write a secret down are known: each as some program writes it.
@Suite(.timeLimit(.minutes(2))) struct SecretFormTests {
    private static let secret = "p4ss\"w0rd/é+'<&> $planted"

    @Test(arguments: [
        // JSON: Python, PHP, Go, .NET; and a text of JSON in JSON.
        #"p4ss\"w0rd/é+'<&> $planted"#, #"p4ss\"w0rd/\u00e9+'<&> $planted"#,
        #"p4ss\"w0rd\/\u00e9+'<&> $planted"#,
        #"p4ss\"w0rd/é+'\u003c\u0026\u003e $planted"#,
        #"p4ss\u0022w0rd/\u00E9\u002B\u0027\u003C\u0026\u003E $planted"#,
        #"p4ss\\\"w0rd/é+'<&> $planted"#, #"p4ss\\\"w0rd\\/\\u00e9+'<&> $planted"#,
        // Addresses: Python's quote and quote_plus, JavaScript, small digits.
        "p4ss%22w0rd/%C3%A9%2B%27%3C%26%3E%20%24planted", "p4ss%22w0rd%2F%C3%A9%2B%27%3C%26%3E+%24planted",
        "p4ss%22w0rd%2F%C3%A9%2B'%3C%26%3E%20%24planted", "p4ss%22w0rd%2f%c3%a9%2b%27%3c%26%3e%20%24planted",
        // HTML: Python, Go, PHP without quotation marks.
        "p4ss&quot;w0rd/é+&#x27;&lt;&amp;&gt; $planted", "p4ss&#34;w0rd/é+&#39;&lt;&amp;&gt; $planted",
        "p4ss\"w0rd/é+'&lt;&amp;&gt; $planted",
        // Shells, SQL, CSV.
        #"p4ss"w0rd/é+'\''<&> $planted"#, #"p4ss"w0rd/é+'"'"'<&> $planted"#, "p4ss\"w0rd/é+''<&> $planted",
        "p4ss\"\"w0rd/é+'<&> $planted", #"p4ss\"w0rd/é+'<&> \$planted"#,
        // Digits and base64, also of more than the secret, in an address and in JSON.
        "7034737322773072642fc3a92b273c263e2024706c616e746564",
        "7034737322773072642FC3A92B273C263E2024706C616E746564",
        "cDRzcyJ3MHJkL8OpKyc8Jj4gJHBsYW50ZWQ=", "cDRzcyJ3MHJkL8OpKyc8Jj4gJHBsYW50ZWQK",
        "eHA0c3MidzByZC/DqSsnPCY+ICRwbGFudGVk",
        "eHA0c3MidzByZC_DqSsnPCY-ICRwbGFudGVk", #"eHA0c3MidzByZC\/DqSsnPCY+ICRwbGFudGVk"#,
        "eHA0c3MidzByZC%2FDqSsnPCY%2BICRwbGFudGVk", "eHlwNHNzIncwcmQvw6krJzwmPiAkcGxhbnRlZA==",
    ])
    func `what a program makes of a secret has the placeholder`(form: String) async throws {
        let site = try Site(needs: ["secrets:pg", "shell:cat", "fs:read:$"], secrets: ["pg": Self.secret])
        try Data("before \(form) after".utf8).write(to: URL(filePath: site.folder.path + "/said"))
        let values = try await site.values(
            "secrets.get('pg') return fs.read('$/said'), shell.run({ 'cat', stdin = fs.read('$/said') }).stdout"
        )
        for value in values {
            let text = try #require(value.text)
            #expect(
                text.wholeMatch(of: #/before [A-Za-z0-9]{0,3}<secret pg>[A-Za-z0-9=]{0,3} after/#) != nil,
                "\(text)"
            )
        }
    }

    @Test func `of a key of many lines the forms are known too`() async throws {
        let key = (0..<40).map { "line \($0) of a private key/" }.joined(separator: "\n")
        let site = try Site(needs: ["secrets:pg", "fs:read:$"], secrets: ["pg": key])
        for text in [key, Data(key.utf8).base64EncodedString(), key.replacing("\n", with: "\\n")] {
            try Data("\"\(text)\"".utf8).write(to: URL(filePath: site.folder.path + "/said"))
            let values = try await site.values("secrets.get('pg') return fs.read('$/said')")
            #expect(values.first?.text?.hasPrefix("\"<secret pg>") == true)
        }
    }
}
