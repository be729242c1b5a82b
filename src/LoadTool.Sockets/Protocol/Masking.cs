using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LoadTool.Sockets.Protocol;

/// <summary>Masks and unmasks payloads (RFC 6455, section 5.3): byte i is combined with byte i mod 4 of the key.</summary>
internal static class Masking
{
    /// <summary>Masks or unmasks in place.</summary>
    /// <param name="data">What is masked.</param>
    /// <param name="key">The key's four bytes as they stand in memory.</param>
    /// <param name="offset">Position of the first byte of <paramref name="data"/> in the frame's payload.</param>
    public static void Apply(Span<byte> data, uint key, long offset) => Copy(data, data, key, offset);

    /// <summary>Copies and masks in one pass.</summary>
    /// <param name="source">What is masked.</param>
    /// <param name="destination">At least as long as <paramref name="source"/>; the same bytes, or none of them.</param>
    /// <param name="key">The key's four bytes as they stand in memory.</param>
    /// <param name="offset">Position of the first byte of <paramref name="source"/> in the frame's payload.</param>
    public static void Copy(ReadOnlySpan<byte> source, Span<byte> destination, uint key, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, source.Length);
        Debug.Assert(!source.Overlaps(destination, out int distance) || distance == 0, "Moved bytes would be masked twice.");

        key = Advance(key, offset);
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref byte to = ref MemoryMarshal.GetReference(destination);
        nuint length = (nuint)source.Length;
        nuint done = 0;

        // Every step is a multiple of the key's four bytes, so the key stays in phase down to the last bytes.
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<byte> mask = Vector512.Create(key).AsByte();
            for (; length - done >= (nuint)Vector512<byte>.Count; done += (nuint)Vector512<byte>.Count)
                (Vector512.LoadUnsafe(ref from, done) ^ mask).StoreUnsafe(ref to, done);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<byte> mask = Vector256.Create(key).AsByte();
            for (; length - done >= (nuint)Vector256<byte>.Count; done += (nuint)Vector256<byte>.Count)
                (Vector256.LoadUnsafe(ref from, done) ^ mask).StoreUnsafe(ref to, done);
        }

        if (Vector128.IsHardwareAccelerated)
        {
            Vector128<byte> mask = Vector128.Create(key).AsByte();
            for (; length - done >= (nuint)Vector128<byte>.Count; done += (nuint)Vector128<byte>.Count)
                (Vector128.LoadUnsafe(ref from, done) ^ mask).StoreUnsafe(ref to, done);
        }

        ulong twice = ((ulong)key << 32) | key;
        for (; length - done >= sizeof(ulong); done += sizeof(ulong))
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, done), Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, done)) ^ twice);
        for (; done < length; done++, key = Advance(key, 1))
            Unsafe.Add(ref to, done) = (byte)(Unsafe.Add(ref from, done) ^ FirstByte(key));
    }

    /// <summary>The key as it applies <paramref name="bytes"/> further on in the payload.</summary>
    public static uint Advance(uint key, long bytes)
    {
        int bits = (int)(bytes & 3) * 8;
        return BitConverter.IsLittleEndian ? BitOperations.RotateRight(key, bits) : BitOperations.RotateLeft(key, bits);
    }

    private static uint FirstByte(uint key) => BitConverter.IsLittleEndian ? key & 0xFF : key >> 24;
}
