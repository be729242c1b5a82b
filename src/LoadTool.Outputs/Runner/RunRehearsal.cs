using System.Collections.Concurrent;
using LoadTool.Outputs;
using LoadTool.Outputs.Report;
using LoadTool.Sockets;
using Windows.Networking.Sockets;

namespace LoadTool;

/// <summary>
/// Runs a small load with the outputs that every run has, against a server inside this process, and throws all of it away. Without it the first snapshots of a run
/// would be compiled and written on a processor that its event loops may need just then, and its first messages would be late for it.
/// </summary>
internal static class RunRehearsal
{
    private const int Users = 2;
    private const int Bytes = 64;
    private const double PerSecond = 500;
    private static readonly TimeSpan Length = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private static readonly ConcurrentDictionary<EngineKind, Lazy<Task>> Done = new();

    /// <summary>Rehearses, the first time it is asked to in this process. From any thread.</summary>
    internal static Task OnceAsync(EngineKind engine) => Done.GetOrAdd(engine, static kind => new Lazy<Task>(() => RunAsync(kind))).Value;

    private static async Task RunAsync(EngineKind engine)
    {
        try
        {
            string folder = Directory.CreateTempSubdirectory("loadtool-rehearsal-").FullName;
            try
            {
                await RunAsync(engine, folder);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Where nothing can be written for the moment, the run goes without: it loses a few milliseconds in its first two seconds, and measures them.
        }
    }

    private static async Task RunAsync(EngineKind engine, string folder)
    {
        using TargetLease target = await TargetLease.TakeAsync(given: null, engine);
        using FilesOutput files = FilesOutput.Create(folder);
        RunOptions options = new() { Target = target.Uri, Engine = engine, Interval = Interval };
        IOutput[] outputs = [files, new ReportOutput(path: null), ConsoleOutput.Unseen()];
        await new LoadRun("rehearsal", Load(), options, outputs, TimeProvider.System).RunAsync(CancellationToken.None);
    }

    /// <summary>Both ways of sending on time: a script's turns, and a schedule of single messages.</summary>
    private static Scenario[] Load()
    {
        Payload payload = Payload.Text(bytes: Bytes);
        MessageSchedule schedule = MessageSchedule.PerSocket(PerSecond);
        return
        [
            Scenario.Create("turns", async user =>
            {
                using MessageWebSocket socket = new();
                await Step.Run("connect", user, () => socket.ConnectAsync(user.Target));
                await foreach (Turn turn in user.Pace(PerSecond))
                {
                    using StepScope step = Step.Begin("echo", user, turn);
                    await socket.SendAsync(payload);
                    ReceivedMessage answer = await socket.ReceiveAsync();
                    step.Check("is whole", answer.Length == Bytes);
                    step.Ok(answer);
                }
            }).WithLoadSimulations(Simulation.KeepConstant(Users, Length)),
            Scenario.Create("schedule", async user =>
            {
                using MessageWebSocket socket = new();
                await socket.ConnectAsync(user.Target);
                await schedule.RunAsync("echo", user, socket, payload);
            }).WithLoadSimulations(Simulation.KeepConstant(Users, Length)),
        ];
    }
}
