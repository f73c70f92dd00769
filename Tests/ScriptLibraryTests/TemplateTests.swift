import LuaKit
import PluginHost
import ScriptLibrary
import Testing

@Suite(.timeLimit(.minutes(5))) struct TemplateTests {
    @Test(arguments: [
        (
            "'Hello {{name}}, {{ n }} of {{a.b}}{{gone}}{{! no }}', { name = 'Jo', n = 2, a = { b = 1.5 } }",
            "Hello Jo, 2 of 1.5"
        ),
        ("'{{#l}}<{{x}}{{o}}>{{/l}}{{^l}}none{{/l}}', { l = { { x = 1 }, { x = 2 } }, o = '!' }", "<1!><2!>"),
        ("'{{#l}}x{{/l}}{{^l}}none{{/l}}', { l = {} }", "none"),
        ("'{{#l}}{{.}},{{/l}}', { l = { 'a', 'b' } }", "a,b,"),
        ("'{{#t}}yes{{/t}}{{#f}}no{{/f}}', { t = true, f = false }", "yes"),
        ("'{{#l}}\\n- {{.}}\\n{{/l}}\\nend', { l = { 1, 2 } }", "- 1\n- 2\nend"),
        ("'{{x}} {{{x}}} {{&x}}', { x = '<b>&\"' }, { html = true }", "&lt;b&gt;&amp;&quot; <b>&\" <b>&\""),
        ("'{{x}}', { x = '<b>' }", "<b>"),
    ])
    func `values stand in the text`(arguments: String, text: String) async throws {
        let found = try await LibraryFixture([.template]).values("return template.render(\(arguments))")
        #expect(found == [.string(text)])
    }

    // From the specification: comments, sections, inverted sections and delimiters.
    @Test(arguments: [
        ("a\n{{! note }}\nb\n", "a\nb\n"), ("a\n  {{! note }}\nb", "a\nb"), ("  {{! x }}\n!", "!"),
        ("!\n  {{! x }}", "!\n"), ("a\n{{!\nmany\nlines\n}}\nb\n", "a\nb\n"), ("  12 {{! 34 }}\n", "  12 \n"),
        ("a\n  {{!\n  many\n  }}\nb", "a\nb"), ("|\r\n{{! x }}\r\n|", "|\r\n|"),
        ("12345 {{! x }} 67890", "12345  67890"),
        ("<ul>\n  {{#l}}\n  <li>{{.}}\n  {{/l}}\n</ul>\n", "<ul>\n  <li>1\n  <li>2\n</ul>\n"),
        ("| This Is\n{{#t}}\n|\n{{/t}}\n| A Line", "| This Is\n|\n| A Line"),
        ("|\r\n{{#t}}\r\n{{/t}}\r\n|", "|\r\n|"), ("  {{#t}}\n#{{/t}}\n/", "#\n/"),
        ("#{{#t}}\n/\n  {{/t}}", "#\n/\n"), (" | {{#t}}\t|\t{{/t}} | \n", " | \t|\t | \n"),
        (" | {{#t}} {{! x }}\n {{/t}} | \n", " |  \n  | \n"),
        (" {{#t}}YES{{/t}}\n {{#t}}GOOD{{/t}}\n", " YES\n GOOD\n"),
        ("| {{#t}}\n x\n\t{{/t}}\t\n|", "| \n x\n|"), ("{{# t }}={{/ t }}", "="),
        ("| a\n{{^f}}\n|\n{{/f}}\n| b", "| a\n|\n| b"), ("  {{^f}}\n#{{/f}}\n/", "#\n/"),
        ("{{#l2}}({{#.}}{{.}}{{/.}}){{/l2}}", "(12)(3)"), ("{{#a}}{{b.c}}{{/a}}", ""),
        ("{{#t}}{{/t}}{{#t}}\n{{/t}}", "\n"),
        ("{{=<% %>=}}(<%n%>)", "(1)"), ("({{=[ ]=}}[n])", "(1)"),
        ("{{= | | =}}|#t|{{n}}|={{ }}=|{{n}}{{/t}}", "{{n}}1"),
        ("| {{=@ @=}} |", "|  |"), ("a\n{{=@ @=}}\nb", "a\nb"), ("a\n  {{=@ @=}}", "a\n"),
        ("|\r\n{{= @ @ =}}\r\n|", "|\r\n|"),
        ("  {{n}}\n", "  1\n"), ("{{n}}\u{301}{{#t}}\u{301}{{/t}}", "1\u{301}\u{301}"),
        ("a\u{2028}{{#t}}\nx{{/t}}", "a\u{2028}\nx"),
    ])
    func `tags that stand alone on a line take it with them`(template: String, text: String) async throws {
        let found = try await LibraryFixture([.template]).makeHost().run(
            LuaSource(
                name: "test.lua",
                text: """
                    local values = { t = true, f = false, n = 1, l = { 1, 2 }, l2 = { { 1, 2 }, { 3 } }, a = { b = {} }, b = { c = 1 } }
                    return template.render(run.args.text, values)
                    """
            ),
            arguments: .record(["text": .string(template)])
        )
        #expect(found.failure?.description == nil)
        #expect(found.values == [.string(text)])
    }

    @Test(arguments: [
        (
            "'a\\n{{#x}}', {}",
            "#1 to 'template.render': the template is wrong: line 2: the section 'x' does not end"
        ),
        ("'{{/x}}', {}", "#1 to 'template.render': the template is wrong: line 1: '{{/x}}' ends nothing"),
        (
            "'{{#a}}{{/b}}', {}",
            "#1 to 'template.render': the template is wrong: line 1: '{{/b}}' ends no section; 'a' is open"
        ),
        ("'{{x', {}", "#1 to 'template.render': the template is wrong: line 1: a tag does not end"),
        (
            "'{{> other}}', {}",
            "#1 to 'template.render': the template is wrong: line 1: '{{>' is not understood"
        ),
        (
            "'{{=| =}}', {}",
            "#1 to 'template.render': the template is wrong: line 1: '{{=' needs two delimiters, as in '{{=<% %>=}}'"
        ),
        ("'\\n{{}}', {}", "#1 to 'template.render': the template is wrong: line 2: '' is no name"),
        (
            "('{{#a}}'):rep(40000), {}",
            "#1 to 'template.render': the template is wrong: line 1: sections are nested more than 20 deep"
        ),
        (
            "('{{#l}}'):rep(8) .. 'x' .. ('{{/l}}'):rep(8), { l = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 } }",
            "#2 to 'template.render': the text gets larger than 4 MiB"
        ),
    ])
    func `what is wrong is named`(arguments: String, message: String) async throws {
        let failure = try await LibraryFixture([.template]).failure("template.render(\(arguments))")
        #expect(failure == "test.lua:1: bad argument \(message)")
    }
}
