using BenchmarkDotNet.Running;
using LoadTool.Benchmarks;
using LoadTool.Benchmarks.SideBySide;

// `side-by-side` compares whole programs, `arrivals` measures how late open loads start, `scaling` what two loops carry, `trust` how many clean runs stay trusted, `lab` how often it finds a difference where there is none, `outputs` what snapshots and outputs cost, `speed` all that the tool promises; anything else is BenchmarkDotNet's.
if (args is ["side-by-side", ..])
    return await SideBySideBench.RunAsync(args[1..]);
if (args is ["arrivals", ..])
    return await ArrivalBench.RunAsync(args[1..]);
if (args is ["scaling", ..])
    return await ScalingBench.RunAsync(args[1..]);
if (args is ["speed", ..])
    return SpeedBench.Run(args[1..]);
if (args is ["outputs", ..])
    return await OutputsBench.RunAsync(args[1..]);
if (args is ["trust", ..])
    return await TrustBench.RunAsync(args[1..]);
if (args is ["lab", ..])
    return await LabBench.RunAsync(args[1..]);
BenchmarkSwitcher.FromAssembly(typeof(SideBySideBench).Assembly).Run(args);
return 0;
