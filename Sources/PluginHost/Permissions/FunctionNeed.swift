/// What a call of a host function needs to be allowed, as help shows it and as a check reads it off a script.
///
/// A literal is a permission as a manifest asks for it, with a word in capitals for what only the run knows: `fs:read:PATH`.
public struct FunctionNeed: Hashable, Sendable, ExpressibleByStringLiteral {
    /// Where in a call the subject of the permission stands.
    enum Subject: Hashable, Sendable {
        /// It is the same for each call.
        case fixed
        /// Only the run knows it.
        case unknown
        /// It is the text of an argument.
        case text(Int)
        /// It is the server in an address.
        case address(Int)
        /// It is the first element of a list, a program.
        case program(Int)
        /// It is fixed for an argument that begins so; others need nothing.
        case beginning(Int, String)
    }

    /// The permission as help shows it.
    public let text: String
    let subject: Subject

    /// Reads a permission.
    public init(stringLiteral text: String) {
        let last = text.split(whereSeparator: { ":=".contains($0) }).last ?? ""
        self.init(text, last.allSatisfy(\.isUppercase) ? .unknown : .fixed)
    }

    private init(_ text: String, _ subject: Subject) {
        (self.text, self.subject) = (text, subject)
    }

    /// The permission of each call; `nil` where that depends on the call, which the function itself looks at.
    var permission: Permission? {
        guard subject == .fixed else { return nil }
        let (kind, subject) = Permission.parts(of: text)
        return Permission(kind, subject)
    }

    /// One whose subject is the text of an argument, counted from 0.
    public static func text(_ text: String, of argument: Int = 0) -> FunctionNeed {
        FunctionNeed(text, .text(argument))
    }

    /// One whose subject is the scheme, host and port in an argument that is an address.
    public static func address(_ text: String, of argument: Int = 0) -> FunctionNeed {
        FunctionNeed(text, .address(argument))
    }

    /// One whose subject is the program in an argument that is a list; `sh` needs `shell:sh`.
    public static func program(_ text: String, of argument: Int = 0) -> FunctionNeed {
        FunctionNeed(text, .program(argument))
    }

    /// One that is only needed where an argument begins so.
    public static func permission(_ text: String, whereBeginning prefix: String, of argument: Int = 0)
        -> FunctionNeed
    {
        FunctionNeed(text, .beginning(argument, prefix))
    }
}
