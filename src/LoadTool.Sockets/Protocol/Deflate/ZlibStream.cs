using System.Reflection;
using System.Runtime.InteropServices;

namespace LoadTool.Sockets.Protocol;

/// <summary>One raw DEFLATE stream (RFC 1951) of the zlib that ships with the runtime, in either direction.</summary>
/// <remarks>
/// Why the runtime's own native library and not a public type: DeflateStream knows neither window bits nor a reset, hides where a message
/// ends, swallows what follows a final block, and allocates a buffer and a stream for each message without context. Span-based types with a
/// window size come with .NET 11, still without a reset. A managed DEFLATE would be ours to prove, and slower by a multiple. The library lies
/// beside the runtime on Linux, macOS and Windows, is the one System.Net.WebSockets uses, and its stream has had these fields since .NET Core 1.
/// But it is no contract: functions came and went (DeflateReset is absent in .NET 10), so <see cref="IsAvailable"/> tries each one that
/// is used, and where it says no the extension must not be offered. A deflater is cleared by a full flush instead of a reset, which zlib defines
/// so that "decompression can restart from this point"; that costs about 1.5 µs, for it clears a table of 128 KB.
/// Native memory, measured (zlib-ng, x64, our level): a deflater takes 143 KB at 8 to 10 window bits, 148 KB at 11, 156 KB at 12,
/// 172 KB at 13, 205 KB at 14 and 271 KB at 15; an inflater reserves 42 KB at any size and touches 9 KB and its window, 33 KB at most.
/// </remarks>
internal sealed unsafe partial class ZlibStream : IDisposable
{
    /// <summary>Takes input; output may wait for more of it.</summary>
    public const int NoFlush = 0;

    /// <summary>Everything is written, and ends in an empty stored block: 00 00 FF FF.</summary>
    public const int SyncFlush = 2;

    /// <summary>As <see cref="SyncFlush"/>, and what follows refers to nothing before.</summary>
    public const int FullFlush = 3;

    /// <summary>Inflating stops at a block's end.</summary>
    public const int StopAtBlock = 5;

    public const int Ok = 0;
    public const int StreamEnd = 1;

    /// <summary>Nothing could be done, which is no error: no input, or no room.</summary>
    public const int NoProgress = -5;

    private const int InvalidState = -2;
    /// <summary>The name by which the host of a single-file program on Unix, which has the library inside, knows it.</summary>
    private const string Library = "libSystem.IO.Compression.Native";

    private const string LibraryOnWindows = "System.IO.Compression.Native";
    private const int MethodDeflated = 8;

    /// <summary>
    /// Zlib's fastest: 1.2 µs for 1 KB of JSON and a ratio of 4.1 with context, where level 6 takes 13.7 µs for 5.5. A load generator saves its own
    /// time first.
    /// </summary>
    private const int Level = 1;

    /// <summary>The smallest: at level 1 the larger ones cost 82 KB more per stream and gain neither bytes nor time.</summary>
    private const int MemoryLevel = 1;

    /// <summary>
    /// Zlib refuses a raw window of 8 bits, but its distances stay 262 bytes below the window's size: with 9 bits at most 250, inside 8.
    /// </summary>
    private const int MinDeflateBits = 9;

    private readonly bool _isDeflater;
    private State _state;

    static ZlibStream()
    {
        if (OperatingSystem.IsWindows())
            NativeLibrary.SetDllImportResolver(typeof(ZlibStream).Assembly, ResolveOnWindows);
        IsAvailable = Try();
    }

    private ZlibStream(bool isDeflater) => _isDeflater = isDeflater;

    ~ZlibStream() => End();

    /// <summary>False when this runtime's library lacks a function, so nothing can be compressed.</summary>
    public static bool IsAvailable { get; }

    /// <param name="windowBits">8 to 15.</param>
    public static ZlibStream CreateDeflater(int windowBits)
    {
        var stream = new ZlibStream(isDeflater: true);
        fixed (State* state = &stream._state)
            Check(DeflateInit(state, Level, MethodDeflated, -Math.Max(windowBits, MinDeflateBits), MemoryLevel, strategy: 0));
        return stream;
    }

    /// <param name="windowBits">8 to 15.</param>
    public static ZlibStream CreateInflater(int windowBits)
    {
        var stream = new ZlibStream(isDeflater: false);
        fixed (State* state = &stream._state)
            Check(InflateInit(state, -windowBits));
        return stream;
    }

    /// <summary>Takes from the front of <paramref name="source"/> and writes what it can.</summary>
    /// <param name="source">Advanced past what was taken.</param>
    /// <param name="destination">Not empty.</param>
    /// <param name="flush">One of the constants that fit the direction.</param>
    /// <param name="written">Bytes written to <paramref name="destination"/>; less than its length when nothing more was to be written.</param>
    /// <returns>Zlib's code.</returns>
    public int Run(ref ReadOnlySpan<byte> source, scoped Span<byte> destination, int flush, out int written)
    {
        fixed (State* state = &_state)
        fixed (byte* input = source, output = destination)
        {
            state->NextIn = input;
            state->AvailableIn = (uint)source.Length;
            state->NextOut = output;
            state->AvailableOut = (uint)destination.Length;
            int code = _isDeflater ? Deflate(state, flush) : Inflate(state, flush);
            source = source[^(int)state->AvailableIn..];
            written = destination.Length - (int)state->AvailableOut;
            return code != InvalidState ? code : throw new InvalidOperationException("A zlib stream was used in a state that knows no such step.");
        }
    }

    /// <summary>Forgets everything inflated, after an error too.</summary>
    public void ResetInflater(int windowBits)
    {
        fixed (State* state = &_state)
            Check(InflateReset(state, -windowBits));
    }

    public void Dispose()
    {
        End();
        GC.SuppressFinalize(this);
    }

    private void End()
    {
        if (_state.Internal == 0)
            return;
        fixed (State* state = &_state)
            _ = _isDeflater ? DeflateEnd(state) : InflateEnd(state);
        _state = default;
    }

    /// <summary>Creating and resetting fail only without memory: their arguments are ours.</summary>
    private static void Check(int code)
    {
        if (code != Ok)
            throw new OutOfMemoryException($"zlib could not create a stream ({code}).");
    }

    private static nint ResolveOnWindows(string name, Assembly assembly, DllImportSearchPath? paths) =>
        name == Library && NativeLibrary.TryLoad(LibraryOnWindows, assembly, paths, out nint handle) ? handle : 0;

    private static bool Try()
    {
        try
        {
            using ZlibStream deflater = CreateDeflater(DeflateOptions.MinWindowBits);
            using ZlibStream inflater = CreateInflater(DeflateOptions.MinWindowBits);
            inflater.ResetInflater(DeflateOptions.MaxWindowBits);
            Span<byte> compressed = stackalloc byte[64], plain = stackalloc byte[64];
            scoped ReadOnlySpan<byte> source = "Hello"u8;
            deflater.Run(ref source, compressed, FullFlush, out int compressedBytes);
            source = compressed[..compressedBytes];
            inflater.Run(ref source, plain, SyncFlush, out int plainBytes);
            return plain[..plainBytes].SequenceEqual("Hello"u8);
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport(Library, EntryPoint = "CompressionNative_DeflateInit2_")]
    private static partial int DeflateInit(State* stream, int level, int method, int windowBits, int memoryLevel, int strategy);

    [LibraryImport(Library, EntryPoint = "CompressionNative_Deflate")]
    private static partial int Deflate(State* stream, int flush);

    [LibraryImport(Library, EntryPoint = "CompressionNative_DeflateEnd")]
    private static partial int DeflateEnd(State* stream);

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateInit2_")]
    private static partial int InflateInit(State* stream, int windowBits);

    [LibraryImport(Library, EntryPoint = "CompressionNative_Inflate")]
    private static partial int Inflate(State* stream, int flush);

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateEnd")]
    private static partial int InflateEnd(State* stream);

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateReset2_")]
    private static partial int InflateReset(State* stream, int windowBits);

    /// <summary>The library's own stream: where to read and write, and its state, which does not care where this lies.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct State
    {
        public byte* NextIn;
        public byte* NextOut;
        public nint Message;
        public nint Internal;
        public uint AvailableIn;
        public uint AvailableOut;
    }
}
