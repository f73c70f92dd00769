import PluginHost

extension Module {
    /// The types that the descriptions of `state` name.
    static let stateTypes: [TypeDescription] = [
        TypeDescription(
            "StateEntry",
            "A value that is kept.",
            record: [
                .field("key", "string", "Its key."),
                .field("value", "any", "The value."),
                .field("changed", "string", "When it was changed last: ISO 8601 in UTC."),
            ]
        )
    ]

    /// A short script for each function of `state`.
    static let stateExamples = [
        "get": """
        local count = state.get("count") or 0
        log.info("this is run number " .. count + 1)
        """,
        "set": """
        state.set("count", (state.get("count") or 0) + 1)
        """,
        "compare_and_set": """
        local seen = state.get("shared/turn")
        if state.compare_and_set("shared/turn", seen, "web1") then log.info("it is the turn of web1") end
        """,
        "delete": #"state.delete("count")"#,
        "list": """
        state.set("dumps/app", 12)
        for _, entry in ipairs(state.list("dumps/")) do log.info(entry.key, { value = entry.value }) end
        """,
    ]
}
