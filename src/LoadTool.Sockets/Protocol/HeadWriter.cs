using System.Text;

namespace LoadTool.Sockets.Protocol;

/// <summary>Appends text to a head under construction and remembers when it no longer fitted.</summary>
internal ref struct HeadWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    public int Written { get; private set; }

    public bool Overflowed { get; private set; }

    public void Append(scoped ReadOnlySpan<byte> text)
    {
        if (Reserve(text.Length))
        {
            text.CopyTo(_destination[Written..]);
            Written += text.Length;
        }
    }

    public void Append(ReadOnlySpan<char> text)
    {
        if (Reserve(Encoding.UTF8.GetByteCount(text)))
            Written += Encoding.UTF8.GetBytes(text, _destination[Written..]);
    }

    public void Append(int number)
    {
        Overflowed |= !number.TryFormat(_destination[Written..], out int written);
        Written += written;
    }

    private bool Reserve(int bytes)
    {
        Overflowed |= bytes > _destination.Length - Written;
        return !Overflowed;
    }
}
