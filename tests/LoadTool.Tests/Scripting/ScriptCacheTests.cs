using LoadTool.Cli.Scripting;

namespace LoadTool.Tests.Scripting;

public sealed class ScriptCacheTests : IDisposable
{
    private readonly ScriptFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_entry_is_read_as_it_was_written_and_last_written()
    {
        ScriptCache cache = new(Path.Combine(_folder.Root, "new", "folder"));
        Assert.Null(cache.Read("a.script"));

        cache.Write("a.script", [1]);
        cache.Write("a.script", [2, 3]);

        Assert.Equal([2, 3], cache.Read("a.script"));
    }

    [Fact]
    public void Only_the_owner_may_enter_the_folder()
    {
        string folder = Path.Combine(_folder.Root, "cache");

        new ScriptCache(folder).Write("a.script", [1]);

        if (!OperatingSystem.IsWindows()) // There the folder inherits its owner's rights.
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
    }

    [Fact]
    public void The_longest_unused_entries_go_and_foreign_files_stay()
    {
        ScriptCache cache = new(_folder.Root);
        _folder.Write("mine.csx", "");
        for (int index = 0; index < ScriptCache.MaxEntries; index++)
        {
            string path = _folder.Write($"{index}.script", "");
            File.SetLastWriteTimeUtc(path, new DateTime(2020, 1, 1).AddDays(index));
            File.SetLastAccessTimeUtc(path, new DateTime(2020, 1, 1).AddDays(index));
        }

        File.SetLastAccessTimeUtc(Path.Combine(_folder.Root, "0.script"), new DateTime(2024, 1, 1));
        Directory.CreateDirectory(Path.Combine(_folder.Root, "crashed.temporary"));
        Directory.SetLastWriteTimeUtc(Path.Combine(_folder.Root, "crashed.temporary"), new DateTime(2019, 1, 1));
        Directory.SetLastAccessTimeUtc(Path.Combine(_folder.Root, "crashed.temporary"), new DateTime(2019, 1, 1));
        cache.Write("new.script", [1]);

        Assert.Equal(ScriptCache.MaxEntries, Directory.GetFileSystemEntries(_folder.Root).Length - 1);
        Assert.True(File.Exists(Path.Combine(_folder.Root, "mine.csx")));
        Assert.NotNull(cache.Read("new.script"));
        Assert.NotNull(cache.Read("0.script"));
        Assert.Null(cache.Read("1.script"));
        Assert.False(Directory.Exists(Path.Combine(_folder.Root, "crashed.temporary")));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_no_cache_and_no_error()
    {
        ScriptCache cache = new(Path.Combine(_folder.Write("file", ""), "cache"));

        cache.Write("a.script", [1]);
        string work = cache.CreateWorkFolder();
        bool exists = Directory.Exists(work);
        ScriptCache.Delete(work);

        Assert.Null(cache.Read("a.script"));
        Assert.True(exists);
        Assert.False(Directory.Exists(work));
    }

    [Fact]
    public void The_default_folder_follows_an_absolute_XDG_CACHE_HOME_only()
    {
        Assert.Equal(Path.Combine(_folder.Root, "loadtool", "scripts"), ScriptCache.DefaultFolder(_folder.Root));
        Assert.Equal(ScriptCache.DefaultFolder(null), ScriptCache.DefaultFolder("relative"));
    }

    [Fact]
    public void Without_a_folder_nothing_is_kept()
    {
        ScriptCache cache = new(null);

        cache.Write("a.script", [1]);

        Assert.Null(cache.Read("a.script"));
    }
}
