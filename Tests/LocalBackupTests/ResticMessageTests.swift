import BackupAPI
import LocalBackup
import Testing

@Suite struct ResticMessageTests {
    private func message(_ line: String) -> ResticMessage? {
        ResticMessage(line: Array(line.utf8))
    }

    @Test func `a status has the figures that restic leaves out as zeros`() {
        let line =
            #"{"message_type":"status","percent_done":0.5,"total_files":2,"bytes_done":7,"current_files":["/a"]}"#
        let progress = BackupProgress(
            filesDone: 0,
            totalFiles: 2,
            bytesDone: 7,
            totalBytes: 0,
            currentFiles: ["/a"]
        )
        #expect(message(line) == .status(progress))
    }

    @Test func `what is written for terminals is removed`() {
        #expect(message("\u{1b}[2Ksignal interrupt received\r") == .text("signal interrupt received"))
        #expect(message("\r\u{1b}[2K") == nil)
    }

    @Test(arguments: [
        #"{"message_type":"sta"#, "{}", "{\"message_type\":5}", "[1]", "null", "{\"message_type\":\"new\"}",
    ])
    func `torn and unknown JSON is kept as text`(line: String) {
        #expect(message(line) == .text(line))
    }

    @Test func `bytes that are not UTF-8 become replacement characters`() {
        let line =
            Array(#"{"message_type":"error","error":{},"item":"/x"#.utf8) + [0xff, 0xfe] + Array("\"}".utf8)
        #expect(
            ResticMessage(line: line)
                == .fileError(ResticFileError(path: "/x\u{fffd}\u{fffd}", message: "could not be read"))
        )
    }

    @Test func `an error of 0_14 is a number, one of newer versions a sentence`() {
        let old =
            #"{"message_type":"error","error":{"Op":"open","Path":"b","Err":13},"during":"archival","item":"/s/b"}"#
        let new =
            #"{"message_type":"error","error":{"message":"open /s/b: permission denied"},"item":"/s/b"}"#
        #expect(
            message(old)
                == .fileError(ResticFileError(path: "/s/b", message: "open: permission denied", number: 13))
        )
        #expect(
            message(new) == .fileError(ResticFileError(path: "/s/b", message: "open /s/b: permission denied"))
        )
    }

    @Test func `a report keeps a thousand files and counts them all, each once`() {
        var report = ResticReport()
        for number in 0..<1_500 {
            for _ in 0..<2 where number < 1_000 {
                report.add(.fileError(ResticFileError(path: "/\(number)", message: "gone")))
            }
            if number >= 1_000 {
                report.add(.fileError(ResticFileError(path: "/\(number)", message: "gone")))
            }
        }
        #expect(report.fileErrors.count == 1_000)
        #expect(report.fileErrorCount == 1_500)
    }
}
