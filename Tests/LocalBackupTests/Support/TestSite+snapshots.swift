import BackupAPI
import Foundation
import LocalBackup
import Testing

/// A snapshot as restic lists it.
struct ListedSnapshot: Decodable, Hashable {
    var id: String
    var time: String
    var hostname: String
    var tags: [String]?

    /// What stays the same when its tags are changed.
    var identity: String { "\(hostname) \(time)" }
}

extension TestSite {
    /// All snapshots of the repository, or those that restic's options choose.
    func snapshots(_ options: [String] = []) throws -> [ListedSnapshot] {
        try JSONDecoder().decode(
            [ListedSnapshot].self,
            from: Data(output(of: ["snapshots", "--json"] + options).utf8)
        )
    }

    /// What restic would keep of some snapshots.
    func kept(_ options: [String]) throws -> Set<String> {
        struct Group: Decodable { var keep: [ListedSnapshot]? }
        let answer = try output(of: ["forget", "--dry-run", "--json"] + options)
        return Set(
            try JSONDecoder().decode([Group].self, from: Data(answer.utf8)).flatMap { $0.keep ?? [] }.map(
                \.identity
            )
        )
    }

    private func output(of arguments: [String]) throws -> String {
        let process = try startRestic(arguments)
        let data = try (process.standardOutput as? Pipe)?.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    /// Makes snapshots of the folders `hosts/NAME` with plain restic: in each round one of each host, whose file says which round
    /// it is. The rounds are seventeen hours from one another.
    func makeSnapshots(of hosts: [String], rounds: Int, from start: Int = 1_767_225_600) throws {
        let script = try writeScript(
            """
            #!/bin/sh
            cd "$1" || exit
            rounds=$2 start=$3
            shift 3
            round=0
            while [ $round -lt $rounds ]; do
                time=$(date -u -d "@$((start + round * 61200))" '+%Y-%m-%d %H:%M:%S')
                for host; do
                    mkdir -p "hosts/$host"
                    printf '%s of %s' $round "$host" >"hosts/$host/file"
                    restic backup --quiet --host "$host" --time "$time" "$PWD/hosts/$host" &
                done
                wait
                round=$((round + 1))
            done
            """,
            to: "make-snapshots"
        )
        let process = Process()
        process.executableURL = URL(fileURLWithPath: script)
        process.arguments = [folder, "\(rounds)", "\(start)"] + hosts
        process.environment = [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder + "/home", "TZ": "UTC",
            "RESTIC_REPOSITORY": repository, "RESTIC_PASSWORD_FILE": passwordFile,
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    /// Settings with a configuration for each of these names, of the folder `hosts/NAME`, with these rules.
    func settings(of hosts: [(name: String, keep: KeepRules?)]) -> LocalSettings {
        var settings = settings()
        settings.configurations = hosts.map { host in
            ConfigurationDraft(
                name: host.name,
                inclusions: [PathRule(type: .folder, path: "\(folder)/hosts/\(host.name)")],
                keep: host.keep
            )
        }
        return settings
    }
}
