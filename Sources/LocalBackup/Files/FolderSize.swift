import Foundation

/// How much a folder holds.
enum FolderSize {
    /// The bytes of all files below a folder; 0 when there is none.
    static func bytes(of folder: String) -> Int64 {
        let keys: Set<URLResourceKey> = [.isRegularFileKey, .fileSizeKey]
        let all = FileManager.default.enumerator(
            at: URL(fileURLWithPath: folder),
            includingPropertiesForKeys: Array(keys)
        )
        var total: Int64 = 0
        while let file = all?.nextObject() as? URL {
            guard let values = try? file.resourceValues(forKeys: keys), values.isRegularFile == true else {
                continue
            }
            total += Int64(values.fileSize ?? 0)
        }
        return total
    }
}
