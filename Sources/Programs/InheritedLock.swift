import BackupAPI
import Glibc
package import HostSystem
package import Subprocess
import Synchronization

/// A lock as a standard stream of a child: the only kind of file of ours that a child gets.
///
/// It is a copy: the same open file, and so the same lock, whatever becomes of the lock's owner while the child is started.
/// Subprocess does not close it, because it ends the process where a start fails before that.
package final class InheritedLock: Sendable {
    private let copy: Mutex<Int32?>

    /// Throws `service` for a lock that was given back.
    package init(_ lock: FileLock) throws {
        guard let file = lock.openCopy() else {
            throw BackupError(.service, "a lock that a child shall inherit was given back already")
        }
        copy = Mutex(file)
    }

    deinit {
        close()
    }

    /// Closes the copy, once the child has its own.
    package func close() {
        copy.withLock { file in
            if let open = file { Glibc.close(open) }
            file = nil
        }
    }

    /// The lock as a standard input.
    package var input: FileDescriptorInput {
        get throws { .fileDescriptor(try descriptor(), closeAfterSpawningProcess: false) }
    }

    /// The lock as a standard output or error.
    package var output: FileDescriptorOutput {
        get throws { .fileDescriptor(try descriptor(), closeAfterSpawningProcess: false) }
    }

    /// Subprocess takes a `FileDescriptor` of swift-system, which this package does not import for one initialiser.
    private func descriptor<Descriptor: RawRepresentable>() throws -> Descriptor
    where Descriptor.RawValue == Int32 {
        guard let file = copy.withLock({ $0 }), let descriptor = Descriptor(rawValue: file) else {
            throw BackupError(.service, "a lock that a child shall inherit was closed already")
        }
        return descriptor
    }
}
