using LoadTool.Cli.Scripting;

namespace LoadTool.Tests.Scripting;

public sealed class ScriptImageTests
{
    private static readonly ScriptImage Image =
        new([1, 2, 3], [4, 5], "Submission#0", "<Factory>", [new("Newtonsoft.Json", "/packages/Newtonsoft.Json.dll")], [new("z", "/packages/libz.so")],
            [new(NamesAttribute.Step, "echo", "/a.csx", 7), new(NamesAttribute.Check, null, "/b.csx", 1)]);

    [Fact]
    public void An_image_comes_back_as_it_was()
    {
        ScriptImage copy = ScriptImage.FromBytes(Image.ToBytes())!;

        Assert.Equal(Image.Assembly, copy.Assembly);
        Assert.Equal(Image.Symbols, copy.Symbols);
        Assert.Equal((Image.EntryType, Image.EntryMethod), (copy.EntryType, copy.EntryMethod));
        Assert.Equal(Image.Libraries, copy.Libraries);
        Assert.Equal(Image.NativeLibraries, copy.NativeLibraries);
        Assert.Equal(Image.Names, copy.Names);
    }

    [Fact]
    public void An_image_cut_off_anywhere_is_refused()
    {
        byte[] bytes = Image.ToBytes();
        for (int length = 0; length < bytes.Length; length++)
            Assert.Null(ScriptImage.FromBytes(bytes[..length]));
    }

    [Fact]
    public void An_image_with_any_byte_altered_is_refused()
    {
        byte[] bytes = Image.ToBytes();
        for (int index = 0; index < bytes.Length; index++)
        {
            bytes[index] ^= 0x10;
            Assert.Null(ScriptImage.FromBytes(bytes));
            bytes[index] ^= 0x10;
        }
    }

    [Fact]
    public void An_image_whose_libraries_are_gone_is_incomplete()
    {
        Assert.False(Image.IsComplete);
        Assert.True((Image with { Libraries = [], NativeLibraries = [] }).IsComplete);
        Assert.True((Image with { Libraries = [new("here", typeof(ScriptImageTests).Assembly.Location)], NativeLibraries = [] }).IsComplete);
    }
}
