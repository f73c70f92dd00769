/// Secrets in variables of the host's environment.
///
/// Which variable holds which secret is said by the site: names of variables are too few to be made of names of secrets
/// without two falling together.
public struct SecretVariables: SecretProvider {
    private let names: [String: String]
    private let variables: [String: String]

    /// Makes a provider; `names` has the variable of each secret, and `variables` the environment.
    public init(_ names: [String: String], in variables: [String: String]) {
        self.names = names
        self.variables = variables
    }

    /// `the variable 'PGPASSWORD'`
    public func place(of name: String) -> String {
        names[name].map { "the variable '\($0)'" } ?? "a variable that the site's file names for it"
    }

    /// The variable's bytes; an empty one is none.
    public func value(of name: String) async throws -> [UInt8]? {
        guard let value = names[name].flatMap({ variables[$0] }), !value.isEmpty else { return nil }
        return Array(value.utf8)
    }
}
