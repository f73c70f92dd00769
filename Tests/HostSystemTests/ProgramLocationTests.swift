import Foundation
import HostSystem
import Testing

@Suite struct ProgramLocationTests {
    @Test func `a program is found in the first folder that has it`() throws {
        try withFolder { folder in
            try folder.file("one/tool", mode: 0o755)
            try folder.file("two/tool", mode: 0o755)
            let path = "\(folder.path("none")):\(folder.path("two")):\(folder.path("one"))"
            #expect(ProgramLocation.find("tool", path: path) == folder.path("two/tool"))
            #expect(ProgramLocation.find(folder.path("one/tool"), path: path) == folder.path("one/tool"))
            #expect(ProgramLocation.find("sh", path: nil) == "/usr/bin/sh")
        }
    }

    @Test func `a folder of the name and a file that cannot be executed are skipped`() throws {
        try withFolder { folder in
            try folder.file("one/tool/inner", mode: 0o755)
            try folder.file("two/tool", mode: 0o644)
            try folder.file("three/tool", mode: 0o755)
            let path = ["one", "two", "three"].map(folder.path).joined(separator: ":")
            #expect(ProgramLocation.find("tool", path: path) == folder.path("three/tool"))
            #expect(ProgramLocation.find(folder.path("one/tool"), path: nil) == nil)
        }
    }

    @Test func `nothing is found from the current folder`() throws {
        try withFolder { folder in
            let here = FileManager.default.currentDirectoryPath
            let up = String(repeating: "../", count: here.split(separator: "/").count)
            try folder.file("tool", mode: 0o755)
            let relative = up + folder.root.dropFirst()
            #expect(FileManager.default.isExecutableFile(atPath: relative + "/tool"))
            #expect(ProgramLocation.find("tool", path: "\(relative):.:") == nil)
            #expect(ProgramLocation.find(relative + "/tool", path: nil) == nil)
            #expect(ProgramLocation.find("", path: folder.root) == nil)
        }
    }
}
