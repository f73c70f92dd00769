import BackupAPI
import Glibc
import Subprocess

/// Locks as standard streams of a child: the only files of ours that a child gets.
extension FileDescriptorInput {
    /// Throws `service` for a lock that was given back.
    static func inherited(_ lock: FileLock) throws -> FileDescriptorInput {
        .fileDescriptor(try openCopy(of: lock), closeAfterSpawningProcess: true)
    }
}

extension FileDescriptorOutput {
    /// Throws `service` for a lock that was given back.
    static func inherited(_ lock: FileLock) throws -> FileDescriptorOutput {
        .fileDescriptor(try openCopy(of: lock), closeAfterSpawningProcess: true)
    }
}

/// A copy is the same open file, and so the same lock; it is the child's own, whatever becomes of the lock's owner meanwhile.
///
/// Subprocess takes a `FileDescriptor` of swift-system, which this package does not import for one initialiser.
private func openCopy<Descriptor: RawRepresentable>(of lock: FileLock) throws -> Descriptor
where Descriptor.RawValue == Int32 {
    guard let copy = lock.openCopy(), let descriptor = Descriptor(rawValue: copy) else {
        throw BackupError(.service, "a lock that a child shall inherit was given back already")
    }
    return descriptor
}
