import Foundation

/// A site in a folder of its own, for measurements.
struct BenchSite {
    let folder: String
    let moonkeep: String

    var repository: String { folder + "/repository" }
    var password: String { folder + "/password" }

    init(folder: String, moonkeep: String) throws {
        self.folder = folder
        self.moonkeep = moonkeep
        _ = try Measurement.run([moonkeep, "init", folder])
    }

    func write(_ text: String, to name: String) throws -> String {
        let path = folder + "/" + name
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    /// A fresh, empty repository, and a site that backs up `source` into it. The site's state stays, as it does in use.
    func prepare(source: String) throws {
        try? FileManager.default.removeItem(atPath: repository)
        _ = try write(
            "repository: repository\nconfigurations:\n  - {name: bench, inclusions: [\(source)]}\n",
            to: "moonkeep.yaml"
        )
        let made = try Measurement.run(
            ["restic", "-r", repository, "init"],
            environment: ["RESTIC_PASSWORD_FILE": password]
        )
        guard made.status == 0 else { throw BenchFailure(status: made.status) }
    }

    /// Files of random bytes, a hundred a folder.
    func makeSource(files: Int, bytesPerFile: Int) throws -> String {
        let source = folder + "/source"
        var random = SystemRandomNumberGenerator()
        for index in 0..<files {
            let parent = source + "/\(index / 100)"
            if index.isMultiple(of: 100) {
                try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            }
            let words = (0..<bytesPerFile / 8).map { _ in random.next() as UInt64 }
            let data = words.withUnsafeBytes { Data($0) }
            try data.write(to: URL(filePath: "\(parent)/\(index)"))
        }
        return source
    }
}
