import BackupAPI
import Glibc

/// Where restores through the server may write: below one of these folders of this host.
struct RestoreBounds {
    let folders: [String]

    /// Throws a 403 for a restore that would write elsewhere: its destination, or without one each of its paths, must be below
    /// one of the folders, whatever links lead there now.
    func check(_ draft: RestoreDraft) throws(Fault) {
        let allowed = folders.compactMap(Self.resolved)
        for path in draft.destinationPath.map({ [$0] }) ?? draft.inclusions.map(\.path) {
            guard let place = Self.resolved(path), allowed.contains(where: place.starts) else {
                throw .forbidden(
                    "restores through this server may not write to '\(path)'; ask its operator for a folder that they may write to"
                )
            }
        }
    }

    /// The components of an absolute path without links, `.` and `..`, as far as it exists; what does not follows as it is
    /// written. `nil` for one that cannot be followed, as when links lead in a circle.
    static func resolved(_ path: String) -> [[UInt8]]? {
        guard path.isAbsolutePath, !path.utf8.contains(0) else { return nil }
        var rest = Array(components(of: Array(path.utf8)).reversed())
        var done: [[UInt8]] = []
        var linksLeft = 40
        while let name = rest.popLast() {
            switch name {
            case Array(".".utf8): continue
            case Array("..".utf8): _ = done.popLast()
            default:
                switch target(of: done + [name]) {
                case .noLink: done.append(name)
                case .unknown: return nil
                case .link(let target):
                    linksLeft -= 1
                    guard linksLeft > 0 else { return nil }
                    if target.first == UInt8(ascii: "/") { done = [] }
                    rest += components(of: target).reversed()
                }
            }
        }
        return done
    }

    private enum Target {
        /// Something else, or nothing.
        case noLink
        case link([UInt8])
        case unknown
    }

    private static func target(of components: [[UInt8]]) -> Target {
        let path = (Array(components.map { [0x2f] + $0 }.joined()) + [0]).map(CChar.init(bitPattern:))
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &buffer, buffer.count)
        guard count < 0 else {
            return count < buffer.count ? .link(buffer.prefix(count).map(UInt8.init(bitPattern:))) : .unknown
        }
        return [EINVAL, ENOENT, ENOTDIR].contains(errno) ? .noLink : .unknown
    }

    private static func components(of path: [UInt8]) -> [[UInt8]] {
        path.split(separator: UInt8(ascii: "/")).map(Array.init)
    }
}
