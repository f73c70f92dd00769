import Foundation
import HostSystem

/// Secrets that systemd hands to a service: `LoadCredential=` and its like, in the folder `$CREDENTIALS_DIRECTORY`
/// (systemd.exec(5), "Credentials").
///
/// A credential's name has no slash: `pg/password` is the credential `pg@password`.
public struct SecretCredentials: SecretProvider {
    private let folder: String

    /// Makes a provider of the credentials in a folder.
    public init(folder: String) {
        self.folder = folder
    }

    /// `the systemd credential 'pg@password'`
    public func place(of name: String) -> String { "the systemd credential '\(credential(name))'" }

    /// The credential's bytes, with one line end at their end left out.
    public func value(of name: String) async throws -> [UInt8]? {
        do {
            guard let root = try RootFolder(folder) else { return nil }
            let place = try root.place(of: [credential(name)], follows: false)
            // systemd guards the folder; the files in it can have several modes and owners.
            let descriptor = try place.open(O_RDONLY)
            let bytes = try place.attempt { () throws(SystemError) in
                try descriptor.read(SecretKeeper.longestBytes + 1)
            }
            guard bytes.count <= SecretKeeper.longestBytes else {
                throw ScriptError(
                    .unknownSecret,
                    "the credential of the secret '\(name)' is too long for a secret"
                )
            }
            return bytes.withoutLineEnd
        } catch let error as ScriptError where error.code == .notFound {
            return nil
        }
    }

    private func credential(_ name: String) -> String { name.replacing("/", with: "@") }
}
