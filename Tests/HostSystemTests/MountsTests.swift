import HostSystem
import Testing

@Suite struct MountsTests {
    @Test func `the file system of a device is the one that mountinfo names`() {
        let mounts = """
            22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
            40 22 0:45 / /srv rw,relatime shared:9 master:1 - nfs4 host:/export rw
            """
        #expect(Mounts.type(ofDevice: "0:45", mounts: mounts) == "nfs4")
        #expect(Mounts.type(ofDevice: "8:1", mounts: mounts) == "ext4")
        #expect(Mounts.type(ofDevice: "9:9", mounts: mounts) == nil)
    }

    @Test func `what is not there yet is on the file system of the nearest folder`() {
        #expect(Mounts.type(at: "/proc/none/none") == "proc")
        #expect(Mounts.networkType(at: "/proc/none") == nil)
        #expect(Mounts.networkTypes.contains("fuse.sshfs"))
    }
}
