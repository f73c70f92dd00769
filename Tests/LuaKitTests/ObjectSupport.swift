import LuaKit
import Synchronization

/// A counter that scripts can use, and that says when it is released.
final class Counter: LuaObject {
    let total: Mutex<Int>
    let step = Mutex(1)
    private let events: Box<[String]>

    init(_ total: Int = 0, events: Box<[String]> = Box([])) {
        self.total = Mutex(total)
        self.events = events
    }

    deinit {
        events.update { $0.append("released") }
    }

    var value: Int { total.withLock { $0 } }

    static let luaType = LuaObjectType<Counter>("Counter") { type in
        type.method("add") { (counter: Counter, amount: Int) in
            counter.total.withLock { total -> Int in
                total += amount
                return total
            }
        }
        type.method("reset") { (counter: Counter) in counter.total.withLock { $0 = 0 } }
        type.method(
            "wait",
            waiting: { (counter: Counter, text: String) async throws in
                await Task.yield()
                return "\(text) \(counter.value)"
            }
        )
        type.method("pause", waiting: { (counter: Counter) async throws in await Task.yield() })
        type.method("this") { (counter: Counter) in counter }
        type.property("total") { counter in counter.value }
        type.property(
            "step",
            get: { counter in counter.step.withLock { $0 } },
            set: { counter, step in
                guard step > 0 else { throw LuaConversionError("a step is positive") }
                counter.step.withLock { $0 = step }
            }
        )
        type.close { counter in counter.events.update { $0.append("closed") } }
    }
}

/// An object that holds memory and nothing else.
final class Blob: LuaObject {
    private let size: Mutex<Int>

    init(_ bytes: Int) {
        size = Mutex(bytes)
    }

    var memoryBytes: Int { size.withLock { $0 } }

    static let luaType = LuaObjectType<Blob>("Blob") { type in
        type.method("grow") { (blob: Blob, bytes: Int) in blob.size.withLock { $0 += bytes } }
        type.close(waiting: { blob in
            await Task.yield()
            blob.size.withLock { $0 = 0 }
        })
    }
}

/// An object with a text of its own.
final class Named: LuaObject {
    private let name: String

    init(_ name: String) {
        self.name = name
    }

    static let luaType = LuaObjectType<Named>("Named") { type in
        type.text { "<\($0.name)>" }
    }
}

/// Functions that make objects.
let objectFunctions = [
    LuaHostFunction("counter") { (total: Int?) in Counter(total ?? 0) },
    LuaHostFunction("blob") { (bytes: Int) in Blob(bytes) },
    LuaHostFunction("total") { (counter: Counter) in counter.value },
]
