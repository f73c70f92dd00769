import BackupAPI
import Foundation
import Testing

struct StartRequestTests {
    static let samples: [(StartRequest, String)] = [
        (.backup("c1"), #"{"backup":{"configuration_id":"c1"}}"#),
        (.cleanup("a1"), #"{"cleanup":{"agent_id":"a1"}}"#),
        (
            .restore(
                RestoreDraft(
                    backup: "b1",
                    destinationAgent: "a1",
                    destinationPath: "/restored",
                    overwriteFiles: true,
                    inclusions: [PathRule(type: .folder, path: "/srv/")],
                    exclusions: [PathRule(type: .file, path: "/srv/x")]
                )
            ),
            #"{"restore":{"backup_id":"b1","destination_agent_id":"a1","destination_path":"/restored","#
                + #""overwrite_files":true,"inclusions":[{"type":"folder","path":"/srv/"}],"#
                + #""exclusions":[{"type":"file","path":"/srv/x"}]}}"#
        ),
        (
            .restore(RestoreDraft(backup: "b1", destinationAgent: "a1", inclusions: [])),
            #"{"restore":{"backup_id":"b1","destination_agent_id":"a1","destination_path":null,"#
                + #""overwrite_files":false,"inclusions":[],"exclusions":[]}}"#
        ),
    ]

    @Test(arguments: samples)
    func `a start has a JSON that does not change`(request: StartRequest, json: String) throws {
        #expect(try JSONText.encode(request) == json)
        #expect(try JSONDecoder().decode(StartRequest.self, from: Data(json.utf8)) == request)
    }

    @Test(arguments: ["{}", #"{"check":{}}"#])
    func `a start of a kind that is not known is refused`(json: String) throws {
        let error = #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(StartRequest.self, from: Data(json.utf8))
        }
        guard case .dataCorrupted(let context)? = error else {
            Issue.record("another error")
            return
        }
        #expect(context.debugDescription == "a start is one of backup, restore and cleanup")
    }
}
