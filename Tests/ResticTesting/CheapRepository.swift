import Foundation

/// An empty repository that restic has made, with a key that costs nothing to derive: real encryption, and only the password
/// is weaker, so that a test does not pay seconds for `restic init` and a third of one for every command.
public enum CheapRepository {
    /// The password that opens it.
    public static let password = "correct horse battery staple"

    /// Makes a copy. All copies have one id: each test needs a cache of its own, as a home folder of its own gives.
    public static func make(at path: String) throws {
        let manager = FileManager.default
        let mode: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
        for name in ["data", "index", "keys", "locks", "snapshots"] {
            try manager.createDirectory(
                atPath: "\(path)/\(name)",
                withIntermediateDirectories: true,
                attributes: mode
            )
        }
        try write(config, to: path + "/config")
        try write(key, to: "\(path)/keys/\(keyID)")
    }

    private static func write(_ base64: String, to file: String) throws {
        guard let data = Data(base64Encoded: base64) else { throw CocoaError(.coderInvalidValue) }
        try data.write(to: URL(fileURLWithPath: file))
    }

    /// The SHA-256 of the key's file.
    private static let keyID = "22e01c0e08922d52652abe9f791c20c5d5111409ab144c870cfdf279af8af1b4"

    private static let config =
        "9nyv7b/x40vWV7cBHO+6Sg4L95iFD23TkSFa0Uqq5fQgpauCQicQfgraTnKpYOOxdEAVgX8KtodVp1cM7O9e9+tKEkO4"
        + "gd73tW7rMVFlkoDGSHcLWqDddh/Nx5GUdz1QJrvKjg8BG28rrqqtjMjTlSX8UUlrcxRlQGys16l7nKnYGAsi50q75HLC"
        + "CQKfKMX8JF1CKDpR9CpLt2g="

    /// scrypt with N = 1024, where `restic init` takes 32768 and more.
    private static let key =
        "eyJjcmVhdGVkIjogIjIwMjYtMTEtMzBUMTM6NDY6MTMuNjA3MzE5ODE4WiIsICJ1c2VybmFtZSI6ICJyb290IiwgImhv"
        + "c3RuYW1lIjogInZtIiwgImtkZiI6ICJzY3J5cHQiLCAiTiI6IDEwMjQsICJyIjogOCwgInAiOiAxLCAic2FsdCI6ICI5"
        + "M1hJdTEweGI4eDJqaEcvQ2hCL09LQTYxaDN4SXVHeFNGRWpWK2RCMHpQY08yb2tEZXU2VkNwUFM3ZlFEYVNXblNMUzli"
        + "YlczT3NyUWhuV3dwdDV1dz09IiwgImRhdGEiOiAidkFQcWYyaU5ZTkFJaGZ2cWpaZEp4ZzlBMmh5UHJ4bXFQT1NvbGVm"
        + "aHVUODlacEZjR25EVFF4a0t3TnViL3h2cXh4azdwcUVTMFZrYW5sWit5dmpzZCtVU1dxNTBEQmhncDJaQzRtY3NBWkZa"
        + "TVNHbWd6S29VVWpzdXJxNTV6WjdwcjhwUnJTb2NybkRqSzg2djFjbHB5NkdWbEF5V2lBRi9yQTdjcU5qdU5RYmFXVkkz"
        + "TTJ6dUxhdm9aaXVqK3B6T1NDM3k1SEhiT1lDQ0ZIRmlMUDdiQT09In0="
}
