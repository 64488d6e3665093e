using System.Globalization;
using EdgeDePin.Cli.RecordCommands;
using EdgeDePin.Execution;
using EdgeDePin.Execution.Records;
using EdgeDePin.Model;
using EdgeDePin.Node;
using EdgeDePin.Sandbox;
using EdgeDePin.Sandbox.Guests;
using EdgeDePin.Sandbox.Modules;
using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Messages;
using EdgeDePin.Sharing.Mqtt;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Cli.TaskCommands;

/// <summary>One job at the neighbours, from its files to its summary. This process is a node that lends nothing.</summary>
internal sealed class SubmitRun(SubmitOptions options)
{
    // Away at once, at most; each holds its module and input.
    private const int MaxAway = 256;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(300);

    // After the last result: workers say that they have their vouchers.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3);

    private readonly TimeProvider _time = TimeProvider.System;

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        (byte[] module, ModuleFacts facts) = ModuleFile.Read(options.File);
        DateTimeOffset from = _time.GetUtcNow();
        SubmittedTask[] tasks = options.Inputs.Count == 0
            ? [Pack(0, null, [], module, from)]
            : [.. options.Inputs.Select((file, number) => Pack(number, file, ModuleFile.Read(file, GuestCall.MaxInputBytes, "an input"), module, from))];
        using KeptRecords? kept = options.Records is null ? null : KeptRecords.Open(options.Records);
        using NeighbourOptions neighbours = Open();
        using var guests = new GuestProcesses(
            new SandboxOptions { Program = options.Guest ?? "", RunSeconds = (int)Math.Ceiling(options.Timeout.TotalSeconds) }, _time, NullLogger.Instance);
        var catalog = new TaskCatalog(WasmTask.Definitions(guests));
        await using var executor = new Executor(
            new ExecutorOptions { Lanes = 1 }, catalog, new Estimates(), new RecordLog(), _time, Environment.MachineName);
        var random = new Random(Environment.ProcessId);
        var link = new MqttNeighbourLink(neighbours.Broker, options.Site, neighbours.Identity.NodeId, _time, random, NullLogger.Instance);
        SharingLoop sharing = new WorkExchange(executor, catalog, neighbours, link, lanes: 1, _time, random, NullLogger.Instance).Sharing;
        long balance = sharing.Counters.Balance;
        using var stop = new CancellationTokenSource();
        Task running = sharing.RunAsync(stop.Token);
        try
        {
            await SubmitAsync(sharing, link, tasks, cancellationToken);
        }
        finally
        {
            await stop.CancelAsync();
            await running;
        }

        if (cancellationToken.IsCancellationRequested)
        {
            Array.ForEach([.. tasks.Where(task => task is { Accepted: null, Cause: null })], task => task.GiveUp("interrupted", _time.GetUtcNow()));
        }

        string run = string.Create(CultureInfo.InvariantCulture, $"{from:yyyyMMdd'T'HHmmss.fff'Z'}-submit");
        Dictionary<NodeId, string> names = sharing.Neighbours.ToDictionary(neighbour => neighbour.Id, neighbour => neighbour.Name);
        ExecutionRecord[] records = [.. tasks.Select(task =>
            task.Record(run, WasmTask.NameOf(facts.Digest), Environment.MachineName, worker => names.GetValueOrDefault(worker, worker.Value)))];
        Array.ForEach(records, record => kept?.Journal.Append(NodeEntries.From(record)));
        Write(tasks);
        // What has come was paid for, and is kept; then the interruption is heard.
        cancellationToken.ThrowIfCancellationRequested();
        new SubmitSummary(facts, run, tasks, records, _time.GetUtcNow() - from, options, sharing.Neighbours, sharing.Counters, balance - sharing.Counters.Balance).Print();
        return tasks.All(task => task.Accepted is not null) ? ExitCode.Done : ExitCode.No;
    }

    private async Task SubmitAsync(SharingLoop sharing, MqttNeighbourLink link, SubmittedTask[] tasks, CancellationToken cancellationToken)
    {
        using var given = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task all = Parallel.ForEachAsync(tasks, new ParallelOptions { MaxDegreeOfParallelism = MaxAway, CancellationToken = given.Token }, async (task, token) =>
            task.Take(await sharing.RunAsync(What(task), token, news => task.Take(news, _time.GetUtcNow())), _time.GetUtcNow()));
        long movedAt = _time.GetTimestamp();
        while (!all.IsCompleted || tasks.Any(task => task is { Accepted: null, Cause: null }))
        {
            await Task.WhenAny(Task.Delay(LookEvery, _time, CancellationToken.None), all);
            Show(sharing, tasks);
            if (cancellationToken.IsCancellationRequested || (all.IsCompleted && !all.IsCompletedSuccessfully))
            {
                break;
            }

            movedAt = tasks.Any(task => task.Away) ? _time.GetTimestamp() : movedAt;
            if (_time.GetElapsedTime(movedAt) > options.Patience)
            {
                GiveUp(sharing, link, tasks);
                await given.CancelAsync();
                break;
            }
        }

        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        long since = _time.GetTimestamp();
        do
        {
            // Longer than a turn of the loop, so that what is asked is newer than the last result.
            await Task.Delay(Turn, _time, CancellationToken.None);
        }
        while (_time.GetElapsedTime(since) < Farewell && sharing.Counters.Unbooked > 0);

        Clear();
    }

    private void GiveUp(SharingLoop sharing, MqttNeighbourLink link, SubmittedTask[] tasks)
    {
        if (link.Counters.Connects == 0)
        {
            throw new CommandFailure(ExitCode.Environment,
                $"No broker answers at {string.Join(", ", link.Brokers)} ({link.Trouble ?? "no answer"}); --broker says where the neighbours meet, --broker-ca and --broker-certificate by what they know each other where it speaks TLS.");
        }

        string why = sharing.Neighbours.Count == 0
            ? $"no neighbour of site '{options.Site}' has been heard of"
            : string.Join("; ", sharing.Neighbours.Select(neighbour => neighbour.Excluded ?? $"{neighbour.Id} is {neighbour.State} and had no room").Take(3));
        foreach (SubmittedTask task in tasks.Where(task => task is { Accepted: null, Cause: null }))
        {
            task.GiveUp($"nobody took it for {options.Patience.TotalSeconds:0} s: {why}", _time.GetUtcNow());
        }
    }

    private Assignment What(SubmittedTask task) => new(
        WasmTask.Kind, task.Packed, options.Policy, options.Timeout / new SharingOptions().RunTimeAllowance, options.Epsilon, options.MaxPrice, options.Fuel);

    private SubmittedTask Pack(int number, string? file, byte[] input, byte[] module, DateTimeOffset now)
    {
        byte[] call = new GuestCall(options.Fuel, GuestCall.DefaultPages, input, []).Checked().Pack();
        byte[] packed = new TaskInput(call, [module]).Pack();
        return packed.Length <= Message.MaxData
            ? new SubmittedTask(number, file, Digest.Of(input), packed, now)
            : throw new CommandFailure(
                ExitCode.WrongUse, $"{file ?? "(empty input)"} and {options.File} have {packed.Length} bytes together; {Message.MaxData} travel. Divide the input, or use 'task run'.");
    }

    private NeighbourOptions Open()
    {
        try
        {
            Directory.CreateDirectory(options.Data);
            return new NeighbourOptions(
                new SharingOptions { Site = options.Site, Name = Environment.MachineName, MaxGuests = 0, Epsilon = options.Epsilon, MaxPrice = options.MaxPrice, MaxBorrowed = 1_024 },
                NodeIdentity.LoadOrCreate(options.Data, _time), options.Broker, options.Data);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new CommandFailure(ExitCode.Environment, $"The requester's folder {options.Data} cannot be used: {error.Message}", error);
        }
    }

    private void Write(SubmittedTask[] tasks)
    {
        if (options.Out is not null)
        {
            Directory.CreateDirectory(options.Out);
            foreach (SubmittedTask task in tasks.Where(task => task.Accepted is not null))
            {
                File.WriteAllBytes(Path.Combine(options.Out, $"{Path.GetFileName(task.Input ?? "empty")}.out"), task.Result!.Output);
            }
        }
    }

    private bool Quiet => options.Json || Console.IsErrorRedirected;

    private void Show(SharingLoop sharing, SubmittedTask[] tasks)
    {
        if (!Quiet)
        {
            Console.Error.Write(string.Create(CultureInfo.InvariantCulture,
                $"\r{tasks.Count(task => task.Accepted is not null)} of {tasks.Length} done, {tasks.Count(task => task.Away)} away to {sharing.Neighbours.Count(neighbour => neighbour.State == NeighbourState.Present)} neighbours, {tasks.Sum(task => task.Fuel) / 1e6:N0} million fuel, {tasks.Sum(task => task.Accepted?.Cost ?? 0) / 1000.0:N3} credits\u001b[K"));
        }
    }

    private void Clear()
    {
        if (!Quiet)
        {
            Console.Error.Write("\r\u001b[K");
        }
    }
}
