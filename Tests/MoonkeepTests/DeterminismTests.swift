import Testing

/// What a script sees is the same in every process, so that a run can be taken up in another one.
@Suite struct DeterminismTests {
    @Test func `the order of pairs and next is the same in 20 processes`() async throws {
        try await withSite("configurations: []\n") { site in
            try site.write(
                """
                local keys, order = {}, {}
                for i = 1, 1000 do keys["key " .. i * 7919 % 1000] = i end
                keys["key 500"] = nil
                for key in pairs(keys) do order[#order + 1] = key end
                local key = next(keys)
                while key do
                    order[#order + 1] = key
                    key = next(keys, key)
                end
                print(table.concat(order, " "))

                """,
                to: "order.lua"
            )
            var seen: Set<String> = []
            for _ in 0..<20 {
                let ended = try await site.moonkeep("run", "order.lua")
                #expect(ended.exitCode == 0, "\(ended)")
                seen.insert(ended.output)
            }
            #expect(seen.count == 1)
            #expect(seen.first?.split(separator: " ").count == 4 * 999)
        }
    }
}
