import Foundation
import HostSystem
import Testing

@Suite struct ReplacementTests {
    @Test func `a file is replaced as a whole and keeps its mode`() throws {
        try withFolder { folder in
            try folder.file("one", mode: 0o640)
            try Replacement.write("new", to: folder.path("one"))
            #expect(try String(contentsOfFile: folder.path("one"), encoding: .utf8) == "new")
            let facts = try FileManager.default.attributesOfItem(atPath: folder.path("one"))
            #expect(facts[.posixPermissions] as? Int == 0o640)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("")) == ["one"])
        }
    }

    @Test func `a mode that is asked for counts`() throws {
        try withFolder { folder in
            try folder.file("one", mode: 0o644)
            try Replacement.write("secret", to: folder.path("one"), mode: 0o600)
            let facts = try FileManager.default.attributesOfItem(atPath: folder.path("one"))
            #expect(facts[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func `where nothing can be written the system says why`() throws {
        try withFolder { folder in
            let error = #expect(throws: SystemError.self) {
                try Replacement.write("new", to: folder.path("none/one"))
            }
            #expect(error?.words == "No such file or directory")
        }
    }
}
