using LoadTool.Cli.Commands;
using LoadTool.Cli.Configuration;

namespace LoadTool.Tests.Configuration;

public sealed class ScriptOptionsTests
{
    private static readonly RunRequest Defaults = new() { Script = "a.csx", ScriptArguments = [] };

    private readonly ScriptOptions _options = new(Path.GetFileName);

    [Fact]
    public void Values_may_be_texts_or_what_they_stand_for()
    {
        _options.Set("vus", 10);
        _options.Set("duration", TimeSpan.FromSeconds(1.5));
        _options.Set("insecure", true);
        _options.Set("target", new Uri("ws://a/b?c=%20"));
        _options.Set("thresholds", new[] { "a: p(99) < 1s", "b: p(99) < 1s" });
        _options.Set("env", "A=1; B=2");

        RunRequest request = _options.Layer.Over(Defaults);

        Assert.Equal((10, TimeSpan.FromSeconds(1.5), true, "ws://a/b?c=%20"), (request.VirtualUsers, request.Duration, request.AcceptsAnyServerCertificate, request.Target!.OriginalString));
        Assert.Equal(["a: p(99) < 1s", "b: p(99) < 1s"], request.Thresholds);
        Assert.Equal(new Dictionary<string, string> { ["A"] = "1", ["B"] = "2" }, request.Environment);
    }

    [Fact]
    public void A_mistake_is_told_with_its_line()
    {
        Assert.Equal("a.csx(3): there is no option vsu; did you mean vus?", Refusal("vsu", 1));
        Assert.Equal("a.csx(3): vus 0 makes no load: write 1 or more", Refusal("vus", 0));
        Assert.Equal("a.csx(3): vus 1.5 is no whole number: write one such as 100", Refusal("vus", 1.5));
        Assert.Equal("a.csx(3): vus cannot be a Version: write the text that --vus takes", Refusal("vus", new Version(1, 0)));
        Assert.Equal("a.csx(3): vus cannot be null: write the text that --vus takes", Refusal("vus", null!));

        string Refusal(string key, object value) => Assert.Throws<UsageException>(() => _options.Set(key, value, "/x/a.csx", 3)).Message;
    }

    [Fact]
    public void The_load_is_too_late_to_set_options()
    {
        _options.Close();

        Assert.Contains("vus is set too late", Assert.Throws<InvalidOperationException>(() => _options.Set("vus", 1)).Message);
    }

    [Fact]
    public void Two_ways_to_load_contradict_each_other()
    {
        _options.Set("vus", 1, "a.csx", 1);
        _options.Set("rate", 1, "a.csx", 2);

        Assert.StartsWith("a.csx(1): vus and a.csx(2): rate contradict each other: ", Assert.Throws<UsageException>(_options.Close).Message);
    }
}
