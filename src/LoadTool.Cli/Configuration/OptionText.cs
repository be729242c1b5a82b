using System.Globalization;
using System.Net;
using System.Numerics;
using LoadTool.Cli.Commands;
using LoadTool.Sockets;

namespace LoadTool.Cli.Configuration;

/// <summary>One value of an option as somebody wrote it. Read here and nowhere else, so that it means the same wherever it was written.</summary>
/// <param name="Label">What messages call it: <c>--vus</c>, <c>LOADTOOL_VUS</c>, <c>loadtool.yaml:3:6: vus</c>.</param>
/// <param name="Text">What was written.</param>
internal readonly record struct OptionText(string Label, string Text)
{
    /// <summary>A text that is not empty.</summary>
    /// <exception cref="UsageException">A setting is none, or not of this value.</exception>
    internal static SocketOverrides Sockets(string label, IReadOnlyDictionary<string, string> values)
    {
        try
        {
            return values.Aggregate(SocketOverrides.None, (all, one) => all.With(one.Key, one.Value));
        }
        catch (FormatException error)
        {
            throw new UsageException($"{label}: {error.Message}");
        }
    }

    /// <exception cref="UsageException">It is.</exception>
    internal string Filled() => Text.Length > 0 ? Text : throw new UsageException($"{Label} is empty: write a value, or leave it out");

    /// <summary>A whole number.</summary>
    /// <exception cref="UsageException">It is none, or does not fit.</exception>
    internal T Whole<T>()
        where T : struct, IBinaryInteger<T> =>
        T.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out T number) ? number : throw Refuse("is no whole number: write one such as 100");

    /// <summary>A whole number from 1 on.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    internal T AtLeastOne<T>()
        where T : struct, IBinaryInteger<T> => Whole<T>() is var number && number >= T.One ? number : throw Refuse("makes no load: write 1 or more");

    /// <summary>A number of event loops. Beyond the cores they only take turns; a few more than cores are useful to see that.</summary>
    /// <exception cref="UsageException">Too few or too many.</exception>
    internal int Loops()
    {
        int most = 4 * Environment.ProcessorCount;
        return AtLeastOne<int>() is var loops && loops <= most
            ? loops
            : throw Refuse($"is too many for the {Environment.ProcessorCount} cores of this machine: write at most {most}");
    }

    /// <summary>A duration greater than zero.</summary>
    /// <exception cref="UsageException">It is none, or too long.</exception>
    internal TimeSpan Duration() => DurationText.Parse(Label, Text);

    /// <summary>A duration that may be zero.</summary>
    /// <exception cref="UsageException">It is none, or too long.</exception>
    internal TimeSpan DurationOrZero() => DurationText.ParseOrZero(Label, Text);

    /// <summary>An arrival rate.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    internal (int Rate, TimeSpan Interval) Rate() => RateText.Parse(Label, Text);

    /// <summary>A yes or no.</summary>
    /// <exception cref="UsageException">It is neither.</exception>
    internal bool Flag() => Text switch
    {
        "true" or "1" => true,
        "false" or "0" => false,
        _ => throw Refuse("is neither yes nor no: write true or false"),
    };

    /// <summary>Where to listen: <c>true</c> (a free port of this machine alone), <c>false</c> (nowhere), a port, or an address and a port.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    internal IPEndPoint? EndPoint() => Text switch
    {
        "true" => new IPEndPoint(IPAddress.Loopback, 0),
        "false" => null,
        _ => ReadEndPoint(Text) ?? throw Refuse("is no address with a port: write one such as 127.0.0.1:8080, a port, or true"),
    };

    /// <summary>Whether a text is a port, or an address and a port.</summary>
    internal static bool IsEndPoint(string text) => ReadEndPoint(text) is not null;

    private static IPEndPoint? ReadEndPoint(string text)
    {
        if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
            return new IPEndPoint(IPAddress.Loopback, port);
        string numeric = text.Replace("localhost:", "127.0.0.1:", StringComparison.OrdinalIgnoreCase);

        // An IPv6 address has colons without a port too.
        bool hasPort = numeric.LastIndexOf(':') > numeric.LastIndexOf(']') && (numeric.StartsWith('[') || numeric.Count(letter => letter == ':') == 1);
        return hasPort && IPEndPoint.TryParse(numeric, out IPEndPoint? endPoint) ? endPoint : null;
    }

    /// <summary>A ramp of users: <c>30s:100</c>.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    internal Stage Stage()
    {
        if (Text.Split(':') is not [{ } time, { } users] || !int.TryParse(users, NumberStyles.None, CultureInfo.InvariantCulture, out int count))
            throw Refuse("is no stage: write how long it takes and how many users it ends with, such as 30s:100");

        // As in k6, a stage of no time is a jump.
        TimeSpan during = DurationText.ParseOrZero(Label, time);
        return new Stage(during > TimeSpan.Zero ? during : TimeSpan.FromTicks(1), count);
    }

    /// <summary>A threshold's condition.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    internal string Threshold()
    {
        try
        {
            return ThresholdCondition.Parse(Text).Text;
        }
        catch (ArgumentException error)
        {
            throw new UsageException($"{Label}: {error.Message}");
        }
    }

    /// <summary>The URL of a WebSocket server.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    internal Uri Target()
    {
        if (!Uri.TryCreate(Text, UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0)
            throw Refuse("is no WebSocket URL: write one such as ws://127.0.0.1:9001/echo");
        return uri.Scheme is "ws" or "wss"
            ? uri
            : throw Refuse($"is no WebSocket URL: it begins with {uri.Scheme}://, where ws:// or wss:// is needed");
    }

    /// <summary>A kind of event loop.</summary>
    /// <exception cref="UsageException">It is none, or not one for this system.</exception>
    internal EngineKind Engine()
    {
        EngineKind[] known = Enum.GetValues<EngineKind>();
        string text = Text;
        int index = Array.FindIndex(known, kind => NameOf(kind).Equals(text, StringComparison.OrdinalIgnoreCase));
        if (index < 0)
            throw Refuse($"is no event loop: write {string.Join(" or ", known.Select(NameOf))}");
        return known[index] != EngineKind.Epoll || OperatingSystem.IsLinux()
            ? known[index]
            : throw Refuse("is not available on this system, it needs Linux: write portable");
    }

    /// <summary>A name and its value. The message of a mistake does not repeat the text: it may be a secret.</summary>
    /// <exception cref="UsageException">There is no name, or no value.</exception>
    internal KeyValuePair<string, string> Pair() => Text.IndexOf('=') is > 0 and var equals
        ? new(Text[..equals], Text[(equals + 1)..])
        : throw new UsageException($"{Label} has an item that is no NAME=VALUE");

    internal static string NameOf(EngineKind kind) => kind.ToString().ToLowerInvariant();

    private UsageException Refuse(string problem) => new($"{Label} {Text} {problem}");
}
