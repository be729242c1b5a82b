namespace LoadTool.EndToEnd.Programs;

public sealed class ProgramTests
{
    [Fact]
    public void A_missing_program_is_named_with_what_brings_it()
    {
        Program absent = new("no such program", ["/nonexistent/program"], "some-package");

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => absent.Path("/nonexistent/program"));

        Assert.Equal("no such program is not on this machine (Debian: apt-get install some-package)", error.Message);
    }
}
