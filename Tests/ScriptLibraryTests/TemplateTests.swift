import LuaKit
import PluginHost
import ScriptLibrary
import Testing

@Suite(.timeLimit(.minutes(5))) struct TemplateTests {
    @Test(arguments: [
        (
            "'Hello {{name}}, {{ n }} of {{a.b}}{{gone}}{{! no }}', { name = 'Jo', n = 2, a = { b = 1.5 } }",
            "Hello Jo, 2 of 1.5"
        ),
        ("'{{#l}}<{{x}}{{o}}>{{/l}}{{^l}}none{{/l}}', { l = { { x = 1 }, { x = 2 } }, o = '!' }", "<1!><2!>"),
        ("'{{#l}}x{{/l}}{{^l}}none{{/l}}', { l = {} }", "none"),
        ("'{{#l}}{{.}},{{/l}}', { l = { 'a', 'b' } }", "a,b,"),
        ("'{{#t}}yes{{/t}}{{#f}}no{{/f}}', { t = true, f = false }", "yes"),
        ("'{{#l}}\\n- {{.}}\\n{{/l}}\\nend', { l = { 1, 2 } }", "- 1\n- 2\nend"),
        ("'{{x}} {{{x}}} {{&x}}', { x = '<b>&\"' }, { html = true }", "&lt;b&gt;&amp;&quot; <b>&\" <b>&\""),
        ("'{{x}}', { x = '<b>' }", "<b>"),
    ])
    func `values stand in the text`(arguments: String, text: String) async throws {
        let found = try await LibraryFixture([.template]).values("return template.render(\(arguments))")
        #expect(found == [.string(text)])
    }

    @Test(arguments: [
        (
            "'a\\n{{#x}}', {}",
            "#1 to 'template.render': the template is wrong: line 2: the section 'x' does not end"
        ),
        ("'{{/x}}', {}", "#1 to 'template.render': the template is wrong: line 1: '{{/x}}' ends nothing"),
        (
            "'{{#a}}{{/b}}', {}",
            "#1 to 'template.render': the template is wrong: line 1: '{{/b}}' ends no section; 'a' is open"
        ),
        ("'{{x', {}", "#1 to 'template.render': the template is wrong: line 1: a tag does not end"),
        (
            "'{{> other}}', {}",
            "#1 to 'template.render': the template is wrong: line 1: '{{>' is not understood"
        ),
        (
            "('{{#a}}'):rep(40000), {}",
            "#1 to 'template.render': the template is wrong: line 1: sections are nested more than 20 deep"
        ),
        (
            "('{{#l}}'):rep(8) .. 'x' .. ('{{/l}}'):rep(8), { l = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 } }",
            "#2 to 'template.render': the text gets larger than 4 MiB"
        ),
    ])
    func `what is wrong is named`(arguments: String, message: String) async throws {
        let failure = try await LibraryFixture([.template]).failure("template.render(\(arguments))")
        #expect(failure == "test.lua:1: bad argument \(message)")
    }
}
