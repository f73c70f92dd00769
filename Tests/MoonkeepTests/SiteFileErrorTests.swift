import Testing

@testable import moonkeep

/// A site file with a mistake, and what is said of it after the file's path.
struct Mistake: CustomTestStringConvertible {
    let text: String
    let message: String

    init(_ text: String, _ message: String) {
        (self.text, self.message) = (text, message)
    }

    /// A mistake in a line of the one configuration, which is line 4 of the file.
    init(line: String, _ message: String) {
        self.init("configurations:\n  - name: web\n    inclusions: [/srv]\n    \(line)\n", message)
    }

    /// A mistake in the one notification, in line 5 of a file with a mail server.
    init(notification: String, _ message: String) {
        self.init(
            """
            smtp: {host: mail, from: a@b}
            configurations:
              - name: web
                inclusions: [/srv]
                notifications: [{\(notification)}]

            """,
            message
        )
    }

    var testDescription: String { message }

    static let siteKeys =
        "service, server, smtp, notify, metrics, secrets, plugins, repository, password_file, restic, password_command, upload_limit, cleanup, repositories, parallel, configurations, cloud"

    static let ofSites = [
        Mistake("", " is empty"),
        Mistake("# nothing\n", " is empty"),
        Mistake("text\n", ":1: the site file must be keys and values, not 'text'"),
        Mistake("- a\n", ":1: the site file must be keys and values, not a list"),
        Mistake(
            "confgurations: []\n",
            ":1: 'confgurations' is no key of a site. Did you mean 'configurations'?"
        ),
        Mistake("\nfrobnicate: 1\n", ":2: 'frobnicate' is no key of a site. Known are: \(siteKeys)."),
        Mistake("1: 2\n", ":1: '1' is no key of a site. Known are: \(siteKeys)."),
        Mistake("repository: a\nrepository: b\n", ":1: the key 'repository' is there twice"),
        Mistake("repository: [a]\n", ":1: 'repository' must be a text, not a list"),
        Mistake(
            "repository: foo://x\n",
            """
            :1: restic knows no repositories of the kind 'foo'. \
            Known are: sftp, rest, s3, gs, azure, b2, swift, rclone. \
            A folder whose name has a colon is written with './' before it.
            """
        ),
        Mistake("repository: \"local:\"\n", ":1: 'local:' needs the path of a folder"),
        Mistake("repository:\n", ":1: 'repository' must be a text, and is empty"),
        Mistake("repository: \"a\\0b\"\n", ":1: 'repository' has a NUL character"),
        Mistake("password_file: {a: b}\n", ":1: 'password_file' must be a text, not keys and values"),
        Mistake(
            "password_file: ~/pw\n",
            ":1: 'password_file' begins with '~', which stands for nothing here. Write the whole path."
        ),
        Mistake("service: clowd\n", ":1: 'clowd' is no service. Known are: local, cloud."),
        Mistake("service: cloud\n", ":1: 'service: cloud' needs 'cloud'"),
        Mistake(
            "service: cloud\nrepository: r\ncloud: {}\n",
            ":2: 'repository' means nothing with 'service: cloud'"
        ),
        Mistake("service: cloud\ncloud: {user: me}\n", ":2: 'cloud' needs either 'url' or 'region'"),
        Mistake(
            "service: cloud\ncloud: {region: DFW}\n",
            ":2: 'cloud' needs either 'user' and 'api_key_file', or 'token_file'"
        ),
        Mistake("server: {certificate: c.pem}\n", ":1: 'certificate' and 'key' go together"),
        Mistake(
            "server: {restore_below: }\n",
            ":1: 'restore_below' must be a text, and is empty"
        ),
        Mistake("notify: [slack:ops]\n", ":1: 'notify' must be keys and values, not a list"),
        Mistake("notify: {ops: []}\n", ":1: 'ops' has no targets"),
        Mistake("notify: {ops: {a: b}}\n", ":1: 'ops' must be a text, not keys and values"),
        Mistake(
            "secrets: {file: x}\n",
            ":1: 'file' is no key of 'secrets'. Known are: environment, command."
        ),
        Mistake("secrets: {command: pass}\n", ":1: 'command' must be a list, not 'pass'"),
        Mistake("secrets: {command: []}\n", ":1: 'command' has no program"),
        Mistake("secrets: {environment: [A]}\n", ":1: 'environment' must be keys and values, not a list"),
        Mistake("metrics: {}\n", ":1: 'metrics' needs 'textfile', a folder"),
        Mistake("metrics: {file: x}\n", ":1: 'file' is no key of 'metrics'. Known are: textfile."),
        Mistake("smtp: {host: mail}\n", ":1: 'smtp' needs 'host' and 'from'"),
        Mistake(
            "smtp: {host: mail, from: a@b, security: ssl}\n",
            ":1: 'ssl' is no way to protect a connection. Known are: none, starttls, tls."
        ),
        Mistake(
            "upload_limit: many\n",
            ":1: 'upload_limit' must be a whole number from 1 to 10000000, not 'many'"
        ),
        Mistake("upload_limit: 0\n", ":1: 'upload_limit' must be a whole number from 1 to 10000000, not '0'"),
        Mistake("configurations: web\n", ":1: 'configurations' must be a list, not 'web'"),
        Mistake("configurations:\n  web: {}\n", ":2: 'configurations' must be a list, not keys and values"),
    ]

    static let ofYAML = [
        Mistake(
            "configurations:\n\t- name: web\n",
            ":2: the file is no YAML: found character that cannot start any token"
        ),
        Mistake("configurations: [\n", ":2: the file is no YAML: did not find expected node content"),
        Mistake("a: b: c\n", ":1: the file is no YAML: mapping values are not allowed in this context"),
        Mistake("repository: *nowhere\n", ":1: the file is no YAML: found undefined alias"),
        Mistake("---\na: 1\n---\nb: 2\n", ":3: the file is no YAML: but found another document"),
    ]

    static let ofConfigurations = [
        Mistake(
            "configurations: [web]\n",
            ":1: an entry of 'configurations' must be keys and values, not 'web'"
        ),
        Mistake(
            "configurations:\n  -\n",
            ":2: an entry of 'configurations' must be keys and values, and is empty"
        ),
        Mistake("configurations:\n  - inclusions: [/srv]\n", ":2: a configuration needs a 'name'"),
        Mistake(
            "configurations:\n  - name: web\n",
            ":2: the configuration 'web' needs 'inclusions'. List the paths to back up."
        ),
        Mistake(
            "configurations:\n  - name: web\n    inclusions: []\n",
            ":2: the configuration 'web' cannot be used: inclusions: at least one path is needed"
        ),
        Mistake(
            "configurations:\n  - name: web\n    inclusions: /srv\n",
            ":3: 'inclusions' must be a list, not '/srv'"
        ),
        Mistake(
            "configurations:\n  - name: [a]\n    inclusions: [/srv]\n",
            ":2: 'name' must be a text, not a list"
        ),
        Mistake(
            "configurations:\n  - name: a\n    inclusions: [/a]\n  - name: a\n    inclusions: [/b]\n",
            ":4: two configurations have the name 'a'. Rename one of them."
        ),
        Mistake(
            line: "inclusion: [/b]",
            ":4: 'inclusion' is no key of a configuration. Did you mean 'inclusions'?"
        ),
        Mistake(line: "name: b", ":2: the key 'name' is there twice"),
        Mistake(
            line: "id: 17",
            ":4: '17' is no UUID. Leave 'id' out, and the configuration gets one that is derived from its name."
        ),
        Mistake(line: "enabled: maybe", ":4: 'enabled' must be true or false, not 'maybe'"),
        Mistake(line: "retention: -1", ":4: 'retention' must be a whole number from 0 to 36500, not '-1'"),
        Mistake(
            line: "keep: {}",
            ":4: keep: it has no rule, and would keep nothing. Write, for example, keep: {daily: 7, within: 30d}, or leave 'keep' out to keep all."
        ),
        Mistake(line: "keep: 7", ":4: 'keep' must be keys and values, not '7'"),
        Mistake(line: "keep: {last: 0}", ":4: 'last' must be a whole number from 1 to 100000, not '0'"),
        Mistake(line: "keep: {daily: -1}", ":4: 'daily' must be a whole number from 1 to 100000, not '-1'"),
        Mistake(
            line: "keep: {weekly: 100001}",
            ":4: 'weekly' must be a whole number from 1 to 100000, not '100001'"
        ),
        Mistake(line: "keep: {dayly: 7}", ":4: 'dayly' is no key of 'keep'. Did you mean 'daily'?"),
        Mistake(
            line: "keep: {tags: []}",
            ":4: keep: it has no rule, and would keep nothing. Write, for example, keep: {daily: 7, within: 30d}, or leave 'keep' out to keep all."
        ),
        Mistake(
            line: "keep: {within: 30}",
            ":4: keep.within: '30' is not a time such as 1y6m or 90d, of at least an hour and at most 100 years. Write, for example, keep: {daily: 7, within: 30d}, or leave 'keep' out to keep all."
        ),
        Mistake(
            line: "retention: 30\n    keep: {last: 1}",
            ":5: 'retention' and 'keep' both say how long the backups of 'web' stay. Remove one of them; keep: {within: 30d} says what 'retention' does."
        ),
        Mistake(
            line: "cleanup: weekly",
            ":4: 'weekly' is not a time of cleanups. Known are: after_backup, daily, never."
        ),
        Mistake(line: "retention: {day: 1}", ":4: 'day' is no key of a retention. Did you mean 'days'?"),
        Mistake(line: "schedule: daily", ":4: 'schedule' must be keys and values, not 'daily'"),
        Mistake(line: "schedule: {time_zone: UTC}", ":4: a schedule needs 'recurrence' and 'time_zone'"),
        Mistake(
            line: "schedule: {recurrence: [a, b], time_zone: UTC}",
            ":4: exactly one recurrence is supported, not 2"
        ),
        Mistake(
            line: "schedule: {recurrence: a, time_zone: Mars/Phobos}",
            ":4: 'Mars/Phobos' is no IANA time zone. Write, for example, Europe/London."
        ),
        Mistake(line: "enabled: no", ":4: 'enabled' must be true or false, not 'no'"),
        Mistake(line: "enabled: \"true\"", ":4: 'enabled' must be true or false, not 'true'"),
        Mistake(
            line: "retention: 1:30",
            ":4: 'retention' must be a whole number from 0 to 36500, not '1:30'"
        ),
        Mistake(line: "retention: 1_0", ":4: 'retention' must be a whole number from 0 to 36500, not '1_0'"),
        Mistake(
            line: "retention: 0b11",
            ":4: 'retention' must be a whole number from 0 to 36500, not '0b11'"
        ),
        Mistake(
            line: "retention: 0x-1",
            ":4: 'retention' must be a whole number from 0 to 36500, not '0x-1'"
        ),
        Mistake(line: "retention: 3e1", ":4: 'retention' must be a whole number from 0 to 36500, not '3e1'"),
        Mistake(
            line: "retention: \"30\"",
            ":4: 'retention' must be a whole number from 0 to 36500, not '30'"
        ),
    ]

    static let ofNotifications = [
        Mistake(notification: "on_success: true", ":5: a notification needs a 'destination'"),
        Mistake(
            notification: "destination: a@b, on_failure: 1",
            ":5: 'on_failure' must be true or false, not '1'"
        ),
        Mistake(
            notification: "destination: a@b, on_failure: false",
            ":5: the notification tells of nothing: 'on_success' and 'on_failure' are false"
        ),
        Mistake(
            notification: "destination: Ops <a@b>",
            ":5: 'Ops <a@b>' is not an e-mail address. Write it as ops@example.com, without a name."
        ),
        Mistake(
            notification: "destination: \"a@b, c@d\"",
            ":5: 'a@b, c@d' is not an e-mail address. Write it as ops@example.com, without a name."
        ),
        Mistake(
            notification: "destination: a@b, type: slack",
            ":5: 'slack' is no type of notification. Known is: email. Others are told by a script with notify.send."
        ),
        Mistake(
            line: "notifications: [{destination: a@b}]",
            """
            :4: the site has no mail server that could send the notifications of 'web'. \
            Say 'smtp' with 'host' and 'from', or remove the notifications.
            """
        ),
        Mistake("smtp: {host: mail, from: nobody}\n", ":1: the sender: 'nobody' is not an e-mail address"),
    ]

    static let ofPaths = [
        Mistake(line: "exclusions: [17: a]", ":4: '17' is no key of a path. Known are: type, path."),
        Mistake(line: "exclusions: [{type: folder}]", ":4: a path needs 'type' and 'path'"),
        Mistake(
            line: "exclusions: [{tpye: file, path: /srv/a}]",
            ":4: 'tpye' is no key of a path. Did you mean 'type'?"
        ),
        Mistake(
            line: "exclusions: [{type: fodler, path: /srv/a}]",
            ":4: 'fodler' is no type of path. Known are: file, folder."
        ),
        Mistake(
            line: "exclusions: ['/srv/[a']",
            """
            :4: '/srv/[a' is not a pattern: a '[' is not closed. \
            A backslash makes a character literal; {type: file, path: PATH} is a path as it stands.
            """
        ),
        Mistake(
            line: #"exclusions: ['a\']"#,
            #"""
            :4: 'a\' is not a pattern: nothing follows the backslash. \#
            A backslash makes a character literal; {type: file, path: PATH} is a path as it stands.
            """#
        ),
        Mistake(
            line: "exclusions: ['../*.tmp']",
            """
            :4: '../*.tmp' is not a pattern: no path has a '.' or '..' in it. \
            A backslash makes a character literal; {type: file, path: PATH} is a path as it stands.
            """
        ),
        Mistake(line: "exclusions: [\"\"]", ":4: an entry of 'exclusions' must be a text, and is empty"),
        Mistake(
            line: "exclusions: [~/cache]",
            ":4: an entry of 'exclusions' begins with '~', which stands for nothing here. Write the whole path."
        ),
        Mistake(
            line: "exclusions: [/other]",
            ":2: the configuration 'web' cannot be used: exclusion '/other' lies below no inclusion"
        ),
        Mistake(
            line: "exclusions: [/srv]",
            ":2: the configuration 'web' cannot be used: path '/srv' is both included and excluded"
        ),
        Mistake(
            line: "exclusions: [/srv/a, /srv/a/b, /srv/a]",
            """
            :2: the configuration 'web' cannot be used: exclusions: '/srv/a' is there twice; \
            exclusions: '/srv/a/b' lies below '/srv/a'
            """
        ),
    ]
}

@Suite struct SiteFileErrorTests {
    @Test(
        arguments: Mistake.ofSites + Mistake.ofYAML + Mistake.ofConfigurations + Mistake.ofNotifications
            + Mistake.ofPaths
    )
    func `a mistake in a site file is told with its line and key`(mistake: Mistake) throws {
        let error = try #require(throws: CommandError.self) {
            try SiteFile(text: mistake.text, path: "/site/moonkeep.yaml", folder: "/site")
        }
        let isEmpty = mistake.message == " is empty"
        let whole =
            isEmpty
            ? "the site file '/site/moonkeep.yaml' is empty. See 'moonkeep init'."
            : "/site/moonkeep.yaml" + mistake.message
        #expect(error.description == whole)
        #expect(error.status == ExitStatus.usage)
    }
}
