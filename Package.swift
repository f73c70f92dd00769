// swift-tools-version: 6.2

import PackageDescription

/// The settings of every target, each with its reason.
let settings: [SwiftSetting] = [
    // `any` is written, so that the cost of an existential is seen: SE-0335.
    .enableUpcomingFeature("ExistentialAny"),
    // A member is visible only where its module is imported: SE-0444.
    .enableUpcomingFeature("MemberImportVisibility"),
    // What a target imports does not leak into its interface: SE-0409.
    .enableUpcomingFeature("InternalImportsByDefault"),
    // An async function runs where its caller runs unless it says otherwise: SE-0461.
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// A product of another package. Without the trait that package is not even checked out.
func product(_ name: String, _ package: String) -> Target.Dependency {
    .product(name: name, package: package, condition: .when(traits: ["Backups"]))
}

let package = Package(
    name: "moonkeep",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "LuaKit", targets: ["LuaKit"]),
        .library(name: "PluginHost", targets: ["PluginHost", "BackupAPI", "RunJournal"]),
        .library(name: "ScriptLibrary", targets: ["ScriptLibrary"]),
        .library(name: "LocalBackup", targets: ["LocalBackup", "Mail"]),
        .library(name: "CloudBackup", targets: ["CloudBackup"]),
        .library(name: "BackupServer", targets: ["BackupServer"]),
        .library(name: "BackupTesting", targets: ["BackupTesting"]),
        .executable(name: "moonkeep", targets: ["moonkeep"]),
        .executable(name: "embed", targets: ["EmbedExample"]),
        .executable(name: "luakit-example", targets: ["LuaKitExample"]),
        .executable(name: "crash-test", targets: ["CrashTest"]),
    ],
    traits: [
        .trait(
            name: "Backups",
            description:
                "All but LuaKit. Who needs that alone turns it off, with `traits: []`, and gets no other package."
        ),
        .default(enabledTraits: ["Backups"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        .target(
            name: "CLua",
            linkerSettings: [.linkedLibrary("lua5.4")]
        ),
        .target(name: "LuaKit", dependencies: ["CLua"], swiftSettings: settings + [.strictMemorySafety()]),
        .target(name: "CEdit", linkerSettings: [.linkedLibrary("edit")]),
        .target(name: "CICUData"),
        .target(name: "BackupAPI", swiftSettings: settings),
        // What several rooms ask of the operating system; of the words of backup it has the error.
        .target(name: "HostSystem", dependencies: ["BackupAPI"], swiftSettings: settings),
        .target(
            name: "Programs",
            dependencies: [
                "BackupAPI", "HostSystem", product("Subprocess", "swift-subprocess"),
            ],
            swiftSettings: settings
        ),
        // When something is due: zones, cron, calendars and recurrence rules, for scripts and for back ends. A moment and a day
        // are those of the API.
        .target(name: "Schedules", dependencies: ["BackupAPI", "HostSystem"], swiftSettings: settings),
        .target(
            name: "Mail",
            dependencies: [
                "BackupAPI", "HostSystem", "Programs",
                product("Subprocess", "swift-subprocess"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "LocalBackup",
            dependencies: [
                "BackupAPI", "HostSystem", "Mail", "Programs", "Schedules",
                product("GRDB", "GRDB.swift"),
                product("Logging", "swift-log"),
                product("Subprocess", "swift-subprocess"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "CloudBackup",
            dependencies: [
                "BackupAPI",
                product("AsyncHTTPClient", "async-http-client"),
                product("Logging", "swift-log"),
                // The types of async-http-client's own interface, and the error that says that nothing was sent.
                product("NIOCore", "swift-nio"),
                product("NIOHTTP1", "swift-nio"),
                product("NIOPosix", "swift-nio"),
            ],
            swiftSettings: settings
        ),
        // One SQL, whoever keeps the tables.
        .target(
            name: "Storage",
            dependencies: ["HostSystem", product("GRDB", "GRDB.swift")],
            swiftSettings: settings
        ),
        .target(
            name: "RunJournal",
            // Of the words of backup only the digest is used.
            dependencies: ["BackupAPI", "HostSystem", "Storage"],
            swiftSettings: settings
        ),
        .target(
            name: "PluginHost",
            dependencies: ["LuaKit", "BackupAPI", "RunJournal", "HostSystem"],
            swiftSettings: settings
        ),
        .target(
            name: "ScriptLibrary",
            dependencies: [
                "PluginHost", "LuaKit", "BackupAPI", "RunJournal", "HostSystem", "Programs", "Schedules",
                product("AsyncHTTPClient", "async-http-client"),
                product("NIOCore", "swift-nio"),
                product("NIOHTTP1", "swift-nio"),
                product("NIOPosix", "swift-nio"),
                product("Subprocess", "swift-subprocess"),
                product("Yams", "Yams"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "BackupServer",
            dependencies: [
                "BackupAPI", "HostSystem", "PluginHost", "RunJournal", "Schedules",
                product("Hummingbird", "hummingbird"),
                product("HummingbirdCore", "hummingbird"),
                product("HummingbirdTLS", "hummingbird"),
                product("Logging", "swift-log"),
                product("NIOCore", "swift-nio"),
                product("NIOHTTP1", "swift-nio"),
                product("ServiceLifecycle", "swift-service-lifecycle"),
            ],
            // In the code: a copied file is looked for in the folder of the build, which an installed program does not have.
            resources: [
                .embedInCode("Console/Assets/console.css"), .embedInCode("Console/Assets/console.js"),
                .embedInCode("Console/Assets/mark.svg"),
            ],
            swiftSettings: settings
        ),
        .target(name: "BackupTesting", dependencies: ["BackupAPI", "RunJournal"], swiftSettings: settings),
        .target(
            name: "ScriptTesting",
            dependencies: [
                "PluginHost", "ScriptLibrary", "BackupTesting", "LuaKit", "BackupAPI", "RunJournal",
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "moonkeep",
            dependencies: [
                "LuaKit", "BackupAPI", "LocalBackup", "CloudBackup", "BackupServer", "RunJournal",
                "PluginHost", "ScriptLibrary", "ScriptTesting", "HostSystem", "Mail", "Schedules", "CEdit",
                "CICUData",
                product("Logging", "swift-log"),
                product("ArgumentParser", "swift-argument-parser"),
                product("Yams", "Yams"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "EmbedExample",
            dependencies: ["PluginHost", "LuaKit"],
            path: "examples/embed",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "LuaKitExample",
            dependencies: ["LuaKit"],
            path: "examples/luakit",
            swiftSettings: settings
        ),
        // Here, not with the benchmarks: CI runs it on what it has built anyway, and it looks behind the interfaces.
        .executableTarget(
            name: "CrashTest",
            dependencies: [
                "BackupAPI", "BackupServer", "BackupTesting", "CloudBackup", "LocalBackup", "LuaKit",
                "PluginHost",
                "ResticTesting", "RunJournal", "ScriptLibrary",
                product("GRDB", "GRDB.swift"),
                product("Logging", "swift-log"),
            ],
            path: "Sources/Benchmarks/CrashTest",
            swiftSettings: settings
        ),
        .testTarget(name: "BackupAPITests", dependencies: ["BackupAPI"], swiftSettings: settings),
        .testTarget(name: "HostSystemTests", dependencies: ["HostSystem"], swiftSettings: settings),
        .testTarget(
            name: "SchedulesTests",
            dependencies: ["Schedules", "BackupAPI"],
            swiftSettings: settings
        ),
        .testTarget(name: "LuaKitTests", dependencies: ["LuaKit"], swiftSettings: settings),
        .testTarget(
            name: "LocalBackupTests",
            dependencies: [
                "LocalBackup", "BackupAPI", "BackupTesting", "BackupServer", "CloudBackup", "HostSystem",
                "Mail",
                "ResticTesting",
                product("Logging", "swift-log"),
            ],
            resources: [.copy("Transcripts")],
            swiftSettings: settings
        ),
        .target(
            name: "LoopbackTesting",
            dependencies: [
                product("NIOCore", "swift-nio"),
                product("NIOHTTP1", "swift-nio"),
                product("NIOPosix", "swift-nio"),
            ],
            path: "Tests/LoopbackTesting",
            swiftSettings: settings
        ),
        .target(name: "ResticTesting", path: "Tests/ResticTesting", swiftSettings: settings),
        .testTarget(
            name: "CloudBackupTests",
            dependencies: [
                "CloudBackup", "BackupAPI", "BackupTesting", "LoopbackTesting",
                product("Logging", "swift-log"),
            ],
            swiftSettings: settings
        ),
        .testTarget(name: "StorageTests", dependencies: ["Storage"], swiftSettings: settings),
        .testTarget(
            name: "RunJournalTests",
            dependencies: ["RunJournal", "Storage", "BackupTesting"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "BackupTestingTests",
            dependencies: ["BackupTesting", "BackupAPI"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "BackupServerTests",
            dependencies: [
                "BackupServer", "BackupAPI", "BackupTesting", "PluginHost", "RunJournal",
                product("Logging", "swift-log"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PluginHostTests",
            dependencies: ["PluginHost", "LuaKit", "BackupAPI", "RunJournal", "BackupTesting"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ScriptLibraryTests",
            dependencies: [
                "ScriptLibrary", "PluginHost", "LuaKit", "BackupAPI", "RunJournal", "BackupTesting",
                "LoopbackTesting",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "MoonkeepTests",
            dependencies: [
                "moonkeep", "EmbedExample", "LuaKitExample", "BackupAPI", "BackupTesting",
                "LoopbackTesting", "LuaKit", "PluginHost",
                product("ArgumentParser", "swift-argument-parser"),
            ],
            exclude: ["Browser/console.py", "Browser/requirements.txt"],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)
