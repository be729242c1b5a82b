using System.Reflection;

namespace LoadTool.Cli.Scripting;

/// <summary>A script that is ready to run.</summary>
internal sealed class CompiledScript
{
    private readonly Assembly _assembly;
    private readonly Func<object?[], Task<object?>> _entry;
    private readonly PathDisplay _display;

    internal CompiledScript(ScriptImage image, bool fromCache, PathDisplay display)
    {
        _assembly = new ScriptLoadContext(image).LoadScript();
        _entry = _assembly.GetType(image.EntryType, throwOnError: true)!
            .GetMethod(image.EntryMethod, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!
            .CreateDelegate<Func<object?[], Task<object?>>>();
        _display = display;
        FromCache = fromCache;
        Names = image.Names;
    }

    /// <summary>What the script names: steps and the like.</summary>
    public IReadOnlyList<KnownName> Names { get; }

    /// <summary>No compiler was needed.</summary>
    public bool FromCache { get; }

    /// <summary>Runs the script's top level, each call anew.</summary>
    /// <param name="globals">Of the request's globals type. The script's arguments are a member of it; nothing is added here.</param>
    /// <returns>The value of the script's last expression (the one without a semicolon), or null.</returns>
    /// <remarks>What the script throws comes through the task as it is; <see cref="DescribeException"/> makes it readable.</remarks>
    public Task<object?> RunAsync(object globals)
    {
        // Submission 0 is the globals object, submission 1 becomes the script itself.
        return _entry([globals, null]);
    }

    /// <summary>
    /// Lines to print for something thrown by this script: <c>scenario.csx(12,9): InvalidOperationException: text</c>, the script's own
    /// frames, the causes. Null when none of the script's code took part.
    /// </summary>
    public string? DescribeException(Exception exception) => new ExceptionText(_assembly, _display).Describe(exception);
}
