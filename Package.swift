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
        .executable(name: "lua-calls", targets: ["LuaCalls"]),
        .executable(name: "lua-fuzz", targets: ["LuaFuzz"]),
        .executable(name: "journal-steps", targets: ["JournalSteps"]),
        .executable(name: "run-replay", targets: ["RunReplay"]),
        .executable(name: "service-waits", targets: ["ServiceWaits"]),
        .executable(name: "crash-test", targets: ["CrashTest"]),
        .executable(name: "whole-process", targets: ["WholeProcess"]),
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
        .target(name: "BackupAPI", swiftSettings: settings),
        // What several rooms ask of the operating system; of the words of backup it has the error.
        .target(name: "HostSystem", dependencies: ["BackupAPI"], swiftSettings: settings),
        .target(
            name: "Programs",
            dependencies: [
                "BackupAPI", "HostSystem", .product(name: "Subprocess", package: "swift-subprocess"),
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
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "LocalBackup",
            dependencies: [
                "BackupAPI", "HostSystem", "Mail", "Programs", "Schedules",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "CloudBackup",
            dependencies: [
                "BackupAPI",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                // The types of async-http-client's own interface, and the error that says that nothing was sent.
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "RunJournal",
            // Of the words of backup only the digest is used.
            dependencies: ["BackupAPI", .product(name: "GRDB", package: "GRDB.swift")],
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
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "BackupServer",
            dependencies: [
                "BackupAPI", "HostSystem",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
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
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "EmbedExample",
            dependencies: ["PluginHost", "LuaKit", "BackupAPI", "RunJournal", "BackupTesting"],
            path: "examples/embed",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "LuaKitExample",
            dependencies: ["LuaKit"],
            path: "examples/luakit",
            swiftSettings: settings
        ),
        .target(
            name: "CLuaBaseline",
            path: "Sources/Benchmarks/CLuaBaseline",
            linkerSettings: [.linkedLibrary("lua5.4")]
        ),
        .target(name: "BenchmarkTable", path: "Sources/Benchmarks/BenchmarkTable", swiftSettings: settings),
        .executableTarget(
            name: "ServiceWaits",
            dependencies: [
                "BackupAPI", "BackupServer", "BackupTesting", "BenchmarkTable", "CloudBackup", "LuaKit",
                "PluginHost",
                "RunJournal",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Sources/Benchmarks/ServiceWaits",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "CrashTest",
            dependencies: [
                "BackupAPI", "BackupServer", "BackupTesting", "CloudBackup", "LocalBackup", "LuaKit",
                "PluginHost",
                "ResticTesting", "RunJournal", "ScriptLibrary",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Sources/Benchmarks/CrashTest",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "JournalSteps",
            dependencies: ["RunJournal", "BenchmarkTable", .product(name: "GRDB", package: "GRDB.swift")],
            path: "Sources/Benchmarks/JournalSteps",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "RunReplay",
            dependencies: [
                "BackupAPI", "BackupTesting", "BenchmarkTable", "LuaKit", "PluginHost", "RunJournal",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            path: "Sources/Benchmarks/RunReplay",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "LuaCalls",
            dependencies: ["LuaKit", "CLuaBaseline", "BenchmarkTable"],
            path: "Sources/Benchmarks/LuaCalls",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "LuaFuzz",
            dependencies: ["LuaKit"],
            path: "Sources/Fuzzing/LuaFuzz",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "WholeProcess",
            path: "Sources/Benchmarks/WholeProcess",
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
                .product(name: "Logging", package: "swift-log"),
            ],
            resources: [.copy("Transcripts")],
            swiftSettings: settings
        ),
        .target(
            name: "LoopbackTesting",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/LoopbackTesting",
            swiftSettings: settings
        ),
        .target(name: "ResticTesting", path: "Tests/ResticTesting", swiftSettings: settings),
        .testTarget(
            name: "CloudBackupTests",
            dependencies: [
                "CloudBackup", "BackupAPI", "BackupTesting", "LoopbackTesting",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "RunJournalTests",
            dependencies: ["RunJournal", "BackupTesting"],
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
                "BackupServer", "BackupAPI", "BackupTesting", .product(name: "Logging", package: "swift-log"),
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
            ],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)
