// swift-tools-version: 6.2

import PackageDescription

/// As in the package that is measured.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

func ours(_ names: String...) -> [Target.Dependency] {
    names.map { .product(name: $0, package: "moonkeep") }
}

let database = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

// Apart from the product, whose build is quicker without. `scripts/bench` builds it.
let package = Package(
    name: "moonkeep-benchmarks",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "journal-steps", targets: ["JournalSteps"]),
        .executable(name: "lua-calls", targets: ["LuaCalls"]),
        .executable(name: "run-replay", targets: ["RunReplay"]),
        .executable(name: "service-waits", targets: ["ServiceWaits"]),
        .executable(name: "whole-process", targets: ["WholeProcess"]),
    ],
    dependencies: [
        .package(name: "moonkeep", path: "../.."),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .target(name: "CLuaBaseline", path: "CLuaBaseline", linkerSettings: [.linkedLibrary("lua5.4")]),
        .target(name: "BenchmarkTable", path: "BenchmarkTable", swiftSettings: settings),
        .executableTarget(
            name: "JournalSteps",
            dependencies: ours("PluginHost") + ["BenchmarkTable", database],
            path: "JournalSteps",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "LuaCalls",
            dependencies: ours("LuaKit") + ["CLuaBaseline", "BenchmarkTable"],
            path: "LuaCalls",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "RunReplay",
            dependencies: ours("BackupTesting", "LuaKit", "PluginHost") + ["BenchmarkTable", database],
            path: "RunReplay",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "ServiceWaits",
            dependencies: ours("BackupServer", "BackupTesting", "CloudBackup", "LuaKit", "PluginHost")
                + ["BenchmarkTable", logging],
            path: "ServiceWaits",
            swiftSettings: settings
        ),
        .executableTarget(name: "WholeProcess", path: "WholeProcess", swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
