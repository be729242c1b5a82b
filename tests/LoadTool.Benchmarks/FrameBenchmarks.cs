using System.Text;
using BenchmarkDotNet.Attributes;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Benchmarks;

/// <summary>The work on one frame's bytes, without any socket.</summary>
[MemoryDiagnoser]
public class FrameBenchmarks
{
    private byte[] _payload = [];
    private byte[] _masked = [];
    private byte[] _frame = [];
    private FrameReader _reader = new(expectMasked: false);

    [Params(64, 65536)]
    public int PayloadBytes { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _payload = Encoding.ASCII.GetBytes(new string('x', PayloadBytes));
        _masked = new byte[PayloadBytes];
        _frame = new byte[FrameHeader.MaxHeaderBytes + PayloadBytes];
        int header = FrameHeader.Write(_frame, isFinal: true, reservedBits: 0, Opcode.Text, maskKey: null, PayloadBytes);
        _payload.CopyTo(_frame.AsSpan(header));
        _frame = _frame[..(header + PayloadBytes)];
    }

    [Benchmark]
    public void MaskInPlace() => Masking.Apply(_masked, 0x12345678, offset: 0);

    [Benchmark]
    public void MaskCopy() => Masking.Copy(_payload, _masked, 0x12345678, offset: 0);

    [Benchmark]
    public int WriteHeader() => FrameHeader.Write(_masked, isFinal: true, reservedBits: 0, Opcode.Text, 0x12345678, PayloadBytes);

    [Benchmark]
    public int ReadTextFrame()
    {
        Span<byte> source = _frame;
        _reader.Read(ref source, out Span<byte> payload);
        return payload.Length;
    }
}
