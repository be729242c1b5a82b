using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace LoadTool.Cli.Scripting;

/// <summary>One run of the compiler.</summary>
internal sealed class ScriptBuild(ScriptFiles files, ScriptRequest request, PackageAssets packages, PathDisplay display)
{
    // The feature lets the compiler pass over #: lines.
    private static readonly CSharpParseOptions ParseOptions =
        new CSharpParseOptions(LanguageVersion.Latest, DocumentationMode.None, SourceCodeKind.Script).WithFeatures([new("FileBasedProgram", "true")]);

    private readonly Dictionary<string, string> _framework = FrameworkAssemblies.Paths();

    /// <exception cref="ScriptErrorException">The script does not compile.</exception>
    public ScriptImage Run()
    {
        NamedPath[] libraries = Libraries();
        CSharpCompilation compilation = CreateCompilation();
        using MemoryStream assembly = new();
        using MemoryStream symbols = new();
        EmitResult result = compilation.Emit(assembly, symbols, options: new(debugInformationFormat: DebugInformationFormat.PortablePdb));
        if (!result.Success)
            throw new ScriptErrorException(CompileErrorText.Of(result.Diagnostics, display));

        IMethodSymbol entry = compilation.GetEntryPoint(CancellationToken.None)!;
        return new(assembly.ToArray(), symbols.ToArray(), entry.ContainingType.MetadataName, entry.MetadataName, libraries, packages.Native, ScriptNames.Find(compilation, Mentioned()));
    }

    /// <summary>How every text of a script is read, so that tests parse what the build parses.</summary>
    public static SyntaxTree Parse(byte[] bytes, string path)
    {
        using MemoryStream stream = new(bytes);
        return CSharpSyntaxTree.ParseText(SourceText.From(stream, checksumAlgorithm: SourceHashAlgorithm.Sha256), ParseOptions, path);
    }

    private CSharpCompilation CreateCompilation()
    {
        ScriptFile script = files.All[0];
        CSharpCompilationOptions options = new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                usings: request.Imports,
                optimizationLevel: request.IsDebug ? OptimizationLevel.Debug : OptimizationLevel.Release,
                allowUnsafe: true,
                nullableContextOptions: NullableContextOptions.Enable)
            .WithSourceReferenceResolver(new LoadResolver(files))
            .WithMetadataReferenceResolver(new ReferenceResolver(MetadataReference.CreateFromFile(typeof(object).Assembly.Location)))
            .WithAssemblyIdentityComparer(DesktopAssemblyIdentityComparer.Default);
        // A name that no assembly lists as its friend: a script sees public members only.
        return CSharpCompilation.CreateScriptCompilation(
            $"script {Path.GetFileNameWithoutExtension(script.Path)}", Parse(script.Bytes, script.Path), References(), options,
            previousScriptCompilation: null, returnType: typeof(object), globalsType: request.GlobalsType);
    }

    /// <summary>What the script brings along: code there may name things too.</summary>
    private IEnumerable<string> Mentioned() => files.Assemblies.Select(assembly => assembly.Path).Concat(packages.Compile);

    private IEnumerable<MetadataReference> References()
    {
        IEnumerable<string> fromPackages = packages.Compile.Where(path => !IsCovered(path)).ToArray();
        foreach (string path in fromPackages)
            _framework.Remove(Path.GetFileNameWithoutExtension(path));
        return Given().Select(assembly => assembly.Location)
            .Concat(_framework.Values)
            .Concat(fromPackages)
            .Concat(files.Assemblies.Select(assembly => assembly.Path))
            .Distinct()
            .Select(path => MetadataReference.CreateFromFile(path));
    }

    /// <summary>What the run may have to load: not what the tool has loaded already, because one type must not exist twice.</summary>
    private NamedPath[] Libraries() =>
    [
        .. files.Assemblies.Select(Library).Where(library => !IsCovered(library.Path)),
        .. packages.Runtime.Where(library => !IsCovered(library.Path)),
    ];

    private NamedPath Library(AssemblyRequest assembly)
    {
        try
        {
            return new(AssemblyName.GetAssemblyName(assembly.Path).Name!, assembly.Path);
        }
        catch (BadImageFormatException)
        {
            throw display.ErrorAt(assembly.Holder, assembly.Directive,
                $"#r \"{assembly.Directive.Value}\": this file is no .NET assembly: name one that is");
        }
    }

    /// <summary>Whether the tool's own assemblies, or .NET's in at least this version, stand in for a library.</summary>
    private bool IsCovered(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        if (Given().Any(assembly => name.Equals(assembly.GetName().Name, StringComparison.OrdinalIgnoreCase)))
            return true;
        return _framework.TryGetValue(name, out string? framework) && Version(framework) >= Version(path);
    }

    private IEnumerable<Assembly> Given() => request.References.Append(request.GlobalsType.Assembly).Distinct();

    private static Version? Version(string path) => AssemblyName.GetAssemblyName(path).Version;

    /// <summary>Answers <c>#load</c> with the texts that were read before.</summary>
    private sealed class LoadResolver(ScriptFiles files) : SourceReferenceResolver
    {
        public override string? NormalizePath(string path, string? baseFilePath) => path;

        public override string? ResolveReference(string path, string? baseFilePath)
        {
            // Null, for a file that the scanner did not meet, becomes the compiler's error at the directive.
            string full = ScriptFiles.Resolve(path, baseFilePath!);
            return files.All.Any(file => file.Path == full) ? full : null;
        }

        public override Stream OpenRead(string resolvedPath) => new MemoryStream(files.All.First(file => file.Path == resolvedPath).Bytes);

        public override SourceText ReadText(string resolvedPath)
        {
            using Stream stream = OpenRead(resolvedPath);
            return SourceText.From(stream, checksumAlgorithm: SourceHashAlgorithm.Sha256);
        }

        public override bool Equals(object? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
    }

    /// <summary>Answers <c>#r</c> with a reference that is there already: <see cref="References"/> has brought all of them.</summary>
    private sealed class ReferenceResolver(PortableExecutableReference core) : MetadataReferenceResolver
    {
        public override ImmutableArray<PortableExecutableReference> ResolveReference(
            string reference, string? baseFilePath, MetadataReferenceProperties properties) => [core];

        public override bool Equals(object? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
    }
}
