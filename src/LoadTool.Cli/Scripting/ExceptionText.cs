using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace LoadTool.Cli.Scripting;

/// <summary>Exceptions as a script's author wants to read them: their own lines, and nothing of the engine's.</summary>
internal sealed class ExceptionText(Assembly script, PathDisplay display)
{
    /// <summary>Causes shown of one exception: a chain longer than that repeats itself.</summary>
    internal const int MaxCauses = 5;

    /// <summary>Frames shown of one exception: enough for any script, too few for a recursion without end.</summary>
    internal const int MaxFrames = 20;

    /// <summary>The lines, or null when no frame of the script took part.</summary>
    public string? Describe(Exception exception)
    {
        StringBuilder text = new();
        Exception? current = Unwrap(exception);
        bool isOfScript = false;
        for (int depth = 0; current is not null && depth <= MaxCauses; depth++)
        {
            List<StackFrame> frames = OwnFrames(current);
            isOfScript |= frames.Count > 0;
            if (depth > 0)
                text.Append("\n  caused by: ");
            if (frames.Count > 0)
                text.Append(Place(frames[0], withColumn: true)).Append(": ");
            text.Append(current.GetType().Name).Append(": ").Append(MessageOf(current));
            AppendFrames(text, frames);
            current = current.InnerException is { } inner ? Unwrap(inner) : null;
        }

        return isOfScript ? text.ToString() : null;
    }

    private void AppendFrames(StringBuilder text, List<StackFrame> frames)
    {
        // The only frame of the top level says nothing that the first line does not.
        if (frames.Count == 1 && MethodName(frames[0]) is null)
            return;
        foreach (StackFrame frame in frames.Take(MaxFrames))
            text.Append(MethodName(frame) is { } name ? $"\n  at {name} in " : "\n  at ").Append(Place(frame, withColumn: false));
        if (frames.Count > MaxFrames)
            text.Append($"\n  and {frames.Count - MaxFrames} more");
    }

    private List<StackFrame> OwnFrames(Exception exception)
    {
        List<StackFrame> own = [];
        foreach (StackFrame frame in new StackTrace(exception, fNeedFileInfo: true).GetFrames())
        {
            if (frame.GetMethod()?.Module.Assembly == script && frame.GetFileName() is not null)
                own.Add(frame);
        }

        return own;
    }

    private string Place(StackFrame frame, bool withColumn)
    {
        string column = withColumn ? $",{frame.GetFileColumnNumber()}" : "";
        return $"{display.Name(frame.GetFileName()!)}({frame.GetFileLineNumber()}{column})";
    }

    /// <summary>The framework tells an argument's value on a second line.</summary>
    private static string MessageOf(Exception exception) =>
        exception is ArgumentOutOfRangeException { ParamName: { } name, ActualValue: { } value } && exception.Message.IndexOf($" (Parameter '{name}')", StringComparison.Ordinal) is > 0 and int end
            ? string.Create(CultureInfo.InvariantCulture, $"{exception.Message[..end]} ({name} is {value})")
            : exception.Message;

    private static string? MethodName(StackFrame frame) => frame.GetMethod() is { } method ? ReadableName.Of(method) : null;

    /// <summary>What only carries another exception is left out: it was thrown by machinery, not by the script.</summary>
    private static Exception Unwrap(Exception exception)
    {
        while (exception is TargetInvocationException or TypeInitializationException or AggregateException { InnerExceptions.Count: 1 }
               && exception.InnerException is { } inner)
            exception = inner;
        return exception;
    }
}
