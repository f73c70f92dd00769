import BackupAPI

extension RepositorySettings {
    /// What cannot be followed, one sentence each; empty if none.
    package var problems: [String] {
        nameProblems + passwordProblems + environmentProblems + optionProblems + numberProblems
    }

    /// What is wrong with several repositories of one service, each and together.
    package static func problems(of repositories: [RepositorySettings]) -> [String] {
        var found = repositories.flatMap { one in one.problems.map { "repository '\(one.name)': \($0)" } }
        if repositories.isEmpty { found.append("a service needs a repository") }
        var names: Set<String> = []
        var places: [String: String] = [:]
        for repository in repositories {
            if !names.insert(repository.name).inserted {
                found.append("two repositories have the name '\(repository.name)'")
            } else if let other = places.updateValue(repository.name, forKey: repository.place) {
                found.append(
                    "the repositories '\(other)' and '\(repository.name)' have one address, \(repository.shownAddress)"
                )
            }
        }
        return found
    }

    /// The address in one spelling.
    private var place: String {
        let folder = RepositoryAddress(address).folder
        let text = folder.map { BytePath($0).resolved?.text ?? $0 } ?? address
        let kept = text.utf8.reversed().drop { $0 == UInt8(ascii: "/") }
        return String(decoding: kept.reversed(), as: UTF8.self)
    }

    private var nameProblems: [String] {
        let isName =
            (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
        let found = isName ? [] : ["a name has lower-case letters, digits, '-' and '_', 64 at most"]
        return address.isEmpty || address.utf8.contains(0)
            ? found + ["its address is empty, or has a NUL character"] : found
    }

    private var passwordProblems: [String] {
        guard case .command(let words) = password else { return [] }
        guard let program = words.first, !program.isEmpty else {
            return ["'password_command' has no program"]
        }
        // restic splits the command at blanks outside of quotes, and knows no way to write a quote within its own kind.
        return words.compactMap { word in
            ResticWords.quoted(word) == nil
                ? "restic cannot be given the word '\(word)' of 'password_command': write a script that has it"
                : nil
        }
    }

    private var environmentProblems: [String] {
        environment.sorted { $0.key < $1.key }.compactMap { name, value in
            if !EnvironmentValue.isName(name) { return "'\(name)' is not the name of a variable" }
            if case .text(let text) = value, text.utf8.contains(0) {
                return "the variable '\(name)' has a NUL character"
            }
            return ConnectionVariable.problem(of: name)
        }
    }

    private var optionProblems: [String] {
        let kind = RepositoryAddress(address).kind
        return options.sorted { $0.key < $1.key }.compactMap { name, value in
            guard name.utf8.starts(with: "\(kind).".utf8), name.utf8.count > kind.utf8.count + 1,
                !(name + value).utf8.contains(where: { $0 == 0 }), !name.utf8.contains(UInt8(ascii: "="))
            else {
                return "the option '\(name)' is not one of its kind, whose options begin with '\(kind).'"
            }
            // restic 0.18 dies of it.
            if name == "\(kind).connections", !(Int(value).map { (1...1_000).contains($0) } ?? false) {
                return "the option '\(name)' is '\(value)', and must be a number from 1 to 1000"
            }
            return nil
        }
    }

    private var numberProblems: [String] {
        var found: [String] = []
        for (key, limit) in [("upload_limit", uploadLimit), ("download_limit", downloadLimit)] {
            if let limit, limit < 1 {
                found.append("'\(key)' is \(limit), and must be at least 1 (KiB a second)")
            }
        }
        if let packSize, !(4...128).contains(packSize) {
            found.append("'pack_size' is \(packSize), and must be from 4 to 128 (MiB)")
        }
        if case .folder(let path) = cache, !path.isAbsolutePath {
            found.append("the cache's folder '\(path)' is not an absolute path")
        }
        return found
    }
}
