using System.Globalization;
using Windows.Networking.Sockets;

namespace LoadTool.Sockets;

/// <summary>What sockets are set to as they connect, in place of what whoever made them chose; what is null stays theirs. For experiments that run one script in several ways.</summary>
public sealed record SocketOverrides
{
    private const string On = "on", Off = "off";

    /// <summary>Overrides nothing.</summary>
    public static SocketOverrides None { get; } = new();

    /// <summary><see cref="WebSocketControlBase.NoDelay"/>: false switches Nagle's algorithm on.</summary>
    public bool? NoDelay { get; init; }

    /// <summary><see cref="WebSocketControlBase.OutboundBufferSizeInBytes"/>; 0 leaves it to the system.</summary>
    public uint? SendBufferBytes { get; init; }

    /// <summary><see cref="WebSocketTuning.ReceiveBufferSizeInBytes"/>; 0 leaves it to the system.</summary>
    public uint? ReceiveBufferBytes { get; init; }

    /// <summary>True offers permessage-deflate as browsers do, false offers nothing: <see cref="WebSocketTuning.Deflate"/>.</summary>
    public bool? Deflate { get; init; }

    /// <summary><see cref="WebSocketTuning.FragmentBytes"/>; 0 sends each message in one frame.</summary>
    public int? FragmentBytes { get; init; }

    /// <summary>Names that <see cref="With"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["nagle", "send-buffer", "receive-buffer", "deflate", "fragment"];

    /// <summary>These and one more, as users write it.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="value"><c>on</c> or <c>off</c>, or a number of bytes.</param>
    /// <exception cref="FormatException">The name or the value is none; one line says what would be.</exception>
    public SocketOverrides With(string name, string value) => name switch
    {
        "nagle" => this with { NoDelay = !Switch(name, value) },
        "send-buffer" => this with { SendBufferBytes = (uint)Bytes(name, value) },
        "receive-buffer" => this with { ReceiveBufferBytes = (uint)Bytes(name, value) },
        "deflate" => this with { Deflate = Switch(name, value) },
        "fragment" => this with { FragmentBytes = Bytes(name, value) },
        _ => throw new FormatException($"there is no socket setting {name}: there are {string.Join(", ", Names)}"),
    };

    /// <summary>What is set, as <see cref="With"/> takes it.</summary>
    public IEnumerable<KeyValuePair<string, string>> Texts()
    {
        (string Name, string? Value)[] all =
        [
            ("nagle", Text(!NoDelay)), ("send-buffer", Text(SendBufferBytes)), ("receive-buffer", Text(ReceiveBufferBytes)), ("deflate", Text(Deflate)), ("fragment", Text((uint?)FragmentBytes)),
        ];
        return all.Where(setting => setting.Value is not null).Select(setting => KeyValuePair.Create(setting.Name, setting.Value!));
    }

    /// <summary>Sets a socket that is about to connect.</summary>
    internal void Apply(WebSocketControlBase control)
    {
        control.NoDelay = NoDelay ?? control.NoDelay;
        control.OutboundBufferSizeInBytes = SendBufferBytes ?? control.OutboundBufferSizeInBytes;

        // Asked for only where it is needed: most sockets have no tuning, and should not pay for it.
        if (ReceiveBufferBytes is { } receiveBuffer)
            control.Tuning.ReceiveBufferSizeInBytes = receiveBuffer;
        if (Deflate is { } deflate)
            control.Tuning.Deflate = deflate ? DeflateOptions.OfBrowsers : null;
        if (FragmentBytes is { } fragment)
            control.Tuning.FragmentBytes = fragment;
    }

    private static bool Switch(string name, string value) => value switch
    {
        On => true,
        Off => false,
        _ => throw new FormatException($"{name} is on or off, not {value}"),
    };

    private static int Bytes(string name, string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int bytes)
        ? bytes
        : throw new FormatException($"{name} is a number of bytes, not {value}; 0 for none of its own");

    private static string? Text(bool? isOn) => isOn is { } known ? known ? On : Off : null;

    private static string? Text(uint? bytes) => bytes?.ToString(CultureInfo.InvariantCulture);
}
