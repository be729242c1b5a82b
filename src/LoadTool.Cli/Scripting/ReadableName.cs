using System.Reflection;

namespace LoadTool.Cli.Scripting;

/// <summary>The name that a method has in its source, behind those that the compiler invents.</summary>
internal static class ReadableName
{
    /// <summary><c>Connect</c>, <c>Client.Connect</c>, <c>lambda</c>; null for the script's top level.</summary>
    public static string? Of(MethodBase method)
    {
        Type? type = method.DeclaringType;
        string name = method.Name;
        // A state machine's MoveNext: the method that was written gave its name to the machine's type.
        if (name == "MoveNext" && type?.Name.StartsWith('<') == true)
        {
            name = type.Name;
            type = type.DeclaringType;
        }

        if (Unwrap(name) is not { } own)
            return null;
        while (type?.Name.StartsWith('<') == true)
            type = type.DeclaringType;
        bool isOfScript = type?.DeclaringType is null;
        if (own is ".ctor" or ".cctor")
            return isOfScript ? null : $"{type!.Name} (constructor)";
        return isOfScript ? own : $"{type!.Name}.{own}";
    }

    /// <summary>
    /// Peels <c>&lt;Connect&gt;d__3</c> (a state machine), <c>&lt;Run&gt;g__Connect|0_1</c> (a local function) and <c>&lt;Run&gt;b__0</c>
    /// (a lambda), in whatever order they are wrapped in each other.
    /// </summary>
    public static string? Unwrap(string name)
    {
        while (name.StartsWith('<'))
        {
            int close = ClosingBracket(name);
            string inner = name[1..close];
            string kind = name[(close + 1)..];
            if (kind.StartsWith("g__", StringComparison.Ordinal))
                return kind[3..].Split('|')[0];
            if (kind.StartsWith("b__", StringComparison.Ordinal))
                return "lambda";
            if (kind.Length == 0)
                return null; // <Initialize>: the script's top level
            name = inner;
        }

        return name;
    }

    private static int ClosingBracket(string name)
    {
        int depth = 0;
        for (int index = 0; index < name.Length; index++)
        {
            depth += name[index] switch { '<' => 1, '>' => -1, _ => 0 };
            if (depth == 0)
                return index;
        }

        return name.Length - 1;
    }
}
