import Glibc
import HostSystem

/// A path as the system has it: bytes, which need not be UTF-8.
struct BytePath: Hashable, Sendable {
    /// What is there.
    enum Kind: Sendable {
        case nothing, folder, link, file, other
    }

    /// Without the NUL at the end.
    let bytes: [UInt8]

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The path of an entry of this folder.
    func appending(_ name: [UInt8]) -> BytePath {
        BytePath(bytes: bytes.last == UInt8(ascii: "/") ? bytes + name : bytes + [UInt8(ascii: "/")] + name)
    }

    /// The path for people; bytes that are not UTF-8 are replaced.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The last name in it, for people.
    var lastComponent: String {
        String(decoding: bytes.split(separator: UInt8(ascii: "/")).last ?? [], as: UTF8.self)
    }

    /// The path without links; `nil` when nothing is there.
    var resolved: BytePath? {
        withCString { path in
            guard let whole = realpath(path, nil) else { return nil }
            defer { free(whole) }
            return BytePath(bytes: Array(UnsafeRawBufferPointer(start: whole, count: strlen(whole))))
        }
    }

    /// Calls a function of the system with the path, and returns its error number; 0 for none.
    func call(_ function: (UnsafePointer<CChar>) -> Int32) -> Int32 {
        withCString { function($0) == 0 ? 0 : errno }
    }

    func withCString<Value>(_ body: (UnsafePointer<CChar>) -> Value) -> Value {
        let terminated = bytes.map { CChar(bitPattern: $0) } + [0]
        return terminated.withUnsafeBufferPointer { buffer in
            // An array that has an element has an address.
            buffer.baseAddress.map(body) ?? body("")
        }
    }

    /// The facts about what is there; a link itself unless it shall be followed. `nil` when they cannot be had.
    func facts(followingLink: Bool = false) -> stat? {
        var facts = stat()
        let number = call { followingLink ? stat($0, &facts) : lstat($0, &facts) }
        return number == 0 ? facts : nil
    }

    func kind(followingLink: Bool = false) -> Kind {
        Kind(facts(followingLink: followingLink))
    }

    /// The names of a folder's entries, in the order of their bytes. Throws the system's error number.
    func entries() throws(SystemError) -> [[UInt8]] {
        guard let folder = Descriptor(withCString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }) else {
            throw SystemError.last
        }
        return try folder.names()
    }
}
