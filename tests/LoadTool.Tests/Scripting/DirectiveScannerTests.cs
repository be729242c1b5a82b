using System.Text;
using LoadTool.Cli.Scripting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LoadTool.Tests.Scripting;

public sealed class DirectiveScannerTests
{
    [Theory]
    [InlineData("#load \"a.csx\"", "Load a.csx (1,7)")]
    [InlineData("#load\"a.csx\"", "Load a.csx (1,6)")]
    [InlineData("  # load\t\"a b.csx\" // why", "Load a b.csx (1,10)")]
    [InlineData("#r \"lib/x.dll\"", "Reference lib/x.dll (1,4)")]
    [InlineData("#r \"nuget: Some.Package, 1.2.3\"", "Reference nuget: Some.Package, 1.2.3 (1,4)")]
    [InlineData("#:package Some.Package@1.2.3  ", "App package Some.Package@1.2.3 (1,1)")]
    [InlineData("#!/usr/bin/env loadtool run\n#load \"a\"", "Load a (2,7)")]
    [InlineData("// first\r\n\r\n#load \"a\"", "Load a (3,7)")]
    [InlineData("/* first\n second */\n#load \"a\"", "Load a (3,7)")]
    [InlineData("#nullable enable\n#region r\n#load \"a\"\n#endregion", "Load a (3,7)")]
    [InlineData("#load \"a\"\n#r \"b\"\n#load \"c\"\nvar x = 1;", "Load a (1,7)", "Reference b (2,4)", "Load c (3,7)")]
    [InlineData("#define X\n#if X\n#load \"a\"\n#else\n#load \"b\"\n#endif", "Load a (3,7)")]
    [InlineData("#if X\n#load \"a\"\n#elif !X && (true || Y)\n#load \"b\"\n#else\n#load \"c\"\n#endif", "Load b (4,7)")]
    [InlineData("#if false\n \"unclosed /* \n#if true\n#load \"a\"\n#endif\n#endif\n#load \"b\"", "Load b (7,7)")]
    [InlineData("#define X\n#undef X\n#if X == true\n#load \"a\"\n#endif\n#load \"b\"", "Load b (6,7)")]
    public void A_directive_before_the_first_token_is_found(string text, params string[] expected) =>
        Assert.Equal(expected, DirectiveScanner.Scan(text).Select(Text));

    [Theory]
    [InlineData("")]
    [InlineData("#load")]
    [InlineData("#load a.csx")]
    [InlineData("#load \"never closed")]
    [InlineData("#loads \"a\"")]
    [InlineData("#reference \"a\"")]
    [InlineData("// #load \"a\"")]
    [InlineData("/* #load \"a\" */")]
    [InlineData("/*\n#load \"a\"\n*/")]
    [InlineData("/* never closed\n#load \"a\"")]
    [InlineData("using System;\n#load \"a\"")]
    [InlineData("var s = \"\"\"\n#load \"a\"\n\"\"\";")]
    [InlineData("var s = @\"\n#load \"\"a\"\"\n\";")]
    [InlineData("1 #load \"a\"")]
    [InlineData("#if false\n#load \"a\"\n#endif")]
    [InlineData("#if false\n#:package A@1\n#endif")]
    [InlineData("#if true\n#else\n#r \"a\"\n#endif")]
    [InlineData("#if false\n#if true\n#else\n#r \"a\"\n#endif\n#endif")]
    [InlineData("#endif\n#else\n;")]
    public void What_only_looks_like_a_directive_is_not_found(string text) => Assert.Empty(DirectiveScanner.Scan(text));

    private static readonly string[] Fragments =
    [
        "#load \"a.csx\"", "  #load  \"b c.csx\"", "# load \"d.csx\" // why", "\t#r \"x.dll\"", "#r\"y.dll\"", "#r \"nuget: A, 1.0\"", "\u00A0#load \"e\"",
        "#load nothing", "#load \"open", "#:package A@1.0", "#:sdk  S ", "#if X", "#if !X || (Y && true)", "#if X == Y // same", "#if (X) != false", "#if false",
        "#elif Y", "#elif !Y", "#else", "#endif", "#endif", "#endif // X", "#define X", "#define Y // and why", "#undef X", "#region r", "#endregion", "#nullable enable",
        "#pragma warning disable CS1", "#line 5 \"f.cs\"", "// #load \"no\"", "/* #load \"no\" */", "/*\n#r \"no\"\n*/", "/* a\n b */ // c", "", "   ", "//", "#",
    ];

    private static readonly string[] Tokens =
        ["var x = 1;", "using System;", "\"#load\"", "\"\"\"\n#load \"no\"\n\"\"\";", "@\"\n#r \"\"no\"\"\n\";", "/* open\n#load \"no\"", "'", "/", "*/", ";"];

    [Fact]
    public void The_scanner_finds_what_the_compiler_finds()
    {
        int compared = 0;
        for (int seed = 0; seed < 20_000; seed++)
        {
            string text = Generate(new Random(seed));
            DirectiveTriviaSyntax[] directives = ParsedByCompiler(text);
            // Badly nested, no one can say which branch counts; such a script does not compile.
            if (directives.Any(IsBadlyNested) || directives.Any(IsDefinedInVain))
                continue;

            string[] found = [.. DirectiveScanner.Scan(text).Select(Text)];
            string[] expected = [.. directives.Where(directive => directive.IsActive).Select(Text).OfType<string>()];

            Assert.True(found.SequenceEqual(expected), $"seed {seed}:\n{text}\nscanner: {string.Join("; ", found)}\ncompiler: {string.Join("; ", expected)}");
            compared++;
        }

        Assert.InRange(compared, 5_000, 20_000);
    }

    private static string Generate(Random random)
    {
        string[] newLines = ["\n", "\n", "\r\n", "\r", "\u2028"];
        StringBuilder text = new(random.Next(4) == 0 ? "#!/usr/bin/env loadtool run\n" : "");
        int lines = random.Next(1, 16);
        for (int line = 0; line < lines; line++)
        {
            string[] from = random.Next(20) == 0 ? Tokens : Fragments;
            text.Append(from[random.Next(from.Length)]).Append(newLines[random.Next(newLines.Length)]);
        }

        return text.ToString();
    }

    /// <summary>The directives before the first token.</summary>
    private static DirectiveTriviaSyntax[] ParsedByCompiler(string text) =>
    [
        .. ScriptBuild.Parse(Encoding.UTF8.GetBytes(text), "main.csx").GetRoot().DescendantTokens().First(token => !token.IsMissing).LeadingTrivia
            .Where(trivia => trivia.HasStructure)
            .Select(trivia => trivia.GetStructure())
            .OfType<DirectiveTriviaSyntax>(),
    ];

    private static bool IsBadlyNested(DirectiveTriviaSyntax directive) =>
        directive is BadDirectiveTriviaSyntax or BranchingDirectiveTriviaSyntax or EndIfDirectiveTriviaSyntax or RegionDirectiveTriviaSyntax or EndRegionDirectiveTriviaSyntax
        && directive.ContainsDiagnostics;

    /// <summary>The compiler lets a #define that is left out count in a following #elif; the specification and the scanner do not.</summary>
    private static bool IsDefinedInVain(DirectiveTriviaSyntax directive) =>
        directive is DefineDirectiveTriviaSyntax { IsActive: false } or UndefDirectiveTriviaSyntax { IsActive: false };

    private static string? Text(DirectiveTriviaSyntax directive) => directive switch
    {
        LoadDirectiveTriviaSyntax { File: { IsMissing: false, ContainsDiagnostics: false } } load => At("Load", load.File.ValueText, load.File),
        ReferenceDirectiveTriviaSyntax { File: { IsMissing: false, ContainsDiagnostics: false } } reference => At("Reference", reference.File.ValueText, reference.File),
        IgnoredDirectiveTriviaSyntax ignored => At("App", ignored.Content.Text.Trim(), ignored.HashToken),
        _ => null,
    };

    private static string At(string kind, string value, SyntaxToken token)
    {
        FileLinePositionSpan place = token.GetLocation().GetLineSpan();
        return $"{kind} {value} ({place.StartLinePosition.Line + 1},{place.StartLinePosition.Character + 1})";
    }

    private static string Text(ScriptDirective directive) => $"{directive.Kind} {directive.Value} ({directive.Line},{directive.Column})";
}
