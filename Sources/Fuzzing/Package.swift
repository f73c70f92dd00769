// swift-tools-version: 6.2

import PackageDescription

// Depends on LuaKit alone, and so on no other package.
let package = Package(
    name: "moonkeep-fuzzing",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "lua-fuzz", targets: ["LuaFuzz"])],
    dependencies: [.package(name: "moonkeep", path: "../..", traits: [])],
    targets: [
        .executableTarget(
            name: "LuaFuzz",
            dependencies: [.product(name: "LuaKit", package: "moonkeep")],
            path: "LuaFuzz",
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
                .treatAllWarnings(as: .error),
            ]
        )
    ],
    swiftLanguageModes: [.v6]
)
