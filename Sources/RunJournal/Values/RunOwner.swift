/// The process that executes a run: enough to tell later whether it still lives.
///
/// A process id alone is not, since ids are used again; with the start time and the boot it is.
public struct RunOwner: Hashable, Sendable {
    /// The process id.
    public var processID: Int
    /// When the process started, in the unit of the host's system (clock ticks since boot on Linux); compared for
    /// equality only.
    public var processStartTime: Int64
    /// The id of the host's boot (`/proc/sys/kernel/random/boot_id` on Linux).
    public var bootID: String

    /// Makes an owner.
    public init(processID: Int, processStartTime: Int64, bootID: String) {
        self.processID = processID
        self.processStartTime = processStartTime
        self.bootID = bootID
    }
}
