using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Sandbox;
using EdgeDePin.Sandbox.Guests;

namespace EdgeDePin.Tests.Sandbox;

/// <summary>Modules as tasks of the executor: many inputs make one job, and each execution leaves a record.</summary>
public sealed class WasmTaskTests(Guests guests) : IClassFixture<Guests>
{
    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_inputs_make_one_job_with_a_record_each()
    {
        var log = new RecordLog();
        await using Executor executor = Executor(log);
        GuestCall[] calls = [.. Enumerable.Range(1, 6).Select(seed => new GuestCall(Guests.Plenty, 16, Examples.Pack(5, 8, 0.1, 0.8, seed, 4, 500), []))];
        RunResult run = await executor.RunAsync(WasmTask.Graph(Examples.MonteCarlo, calls), Test);
        Assert.True(run.Succeeded);
        List<ExecutionRecord> records = [];
        log.Drain(records);
        string name = $"wasm:{Digest.Of(Examples.MonteCarlo)}";
        Assert.Equal(Enumerable.Range(0, 6).Select(number => $"{name}#{number}").Prepend("module").Order(StringComparer.Ordinal), records.Select(record => record.Task).Order(StringComparer.Ordinal));
        Assert.All(records, record => Assert.Equal((name, ExecutionOutcome.Succeeded), (record.Graph, record.Outcome)));
        Assert.Equal(6, run.Outputs.Where(output => output.Key != "module").Select(output => Digest.Of(output.Value)).Distinct().Count());
        Assert.Equal(
            Assert.IsType<GuestOutcome.Completed>(guests.Run(Examples.MonteCarlo, calls[2].Input, pages: 16)).Pack(), run.Outputs[$"{name}#2"]);
    }

    [Fact]
    public async Task A_task_without_result_fails_alone_and_says_why()
    {
        await using Executor executor = Executor(new RecordLog());
        RunResult run = await executor.RunAsync(WasmTask.Graph(Wat.Module("(br_if 0 (call $input_length)) (loop $again (br $again))"),
            [new GuestCall(1_000, 1, [], []), new GuestCall(1_000, 1, [1], [])]), Test);
        string[] names = [.. run.Graph.Tasks.Select(task => task.Name).Where(name => name != "module")];
        Assert.Equal("GuestFailedException: OutOfFuel: its fuel of 1000 is used up", Assert.IsType<TaskOutcome.Failed>(run.Outcomes[names[0]]).Cause);
        Assert.IsType<TaskOutcome.Succeeded>(run.Outcomes[names[1]]);
    }

    [Fact]
    public async Task A_neighbours_task_holds_all_it_needs()
    {
        await using Executor executor = Executor(new RecordLog());
        byte[] packed = new TaskInput(new GuestCall(1_000_000, 1, [], []).Pack(), [Wat.Module("(i32.store (i32.const 0) (i32.const 7)) (call $output_write (i32.const 0) (i32.const 4))")]).Pack();
        var done = Assert.IsType<GuestResult.Done>(await executor.RunGuestAsync(WasmTask.Kind, packed, default, Test));
        GuestOutcome.Completed result = GuestOutcome.Completed.Unpack(done.Output);
        Assert.Equal([7, 0, 0, 0], result.Output);
        Assert.InRange(result.Fuel, 1, 1_000);
    }

    [Fact]
    public async Task A_lent_task_is_what_a_repetition_here_gives_bill_included()
    {
        var log = new RecordLog();
        await using Executor here = Executor(log), there = Executor(new RecordLog());
        NodeId anna = NodeId.Of(new byte[32]);
        bool equal = false;
        here.Neighbourhood = new Neighbourhood(
            () => [new RemoteWorker(anna, "anna", TimeSpan.Zero, TimeSpan.FromMilliseconds(1), 1_000, 4)],
            async (task, token) =>
            {
                var done = Assert.IsType<GuestResult.Done>(await there.RunGuestAsync(task.Kind, task.PackedInput, default, token));
                equal = (await here.RunCheckAsync(task.Kind, task.PackedInput, token)).SequenceEqual(done.Output);
                return new RemoteOutcome.Accepted(done.Output, done.RunTime, done.Started, Verification.Verified);
            });
        RunResult run = await here.RunAsync(WasmTask.Graph(Examples.MapTile, [new GuestCall(Guests.Plenty, 64, Examples.Calls.First(call => call.Name == "map-tile").Input, [])]), Test);
        Assert.True(run.Succeeded && equal);
        List<ExecutionRecord> records = [];
        log.Drain(records);
        Assert.Equal(["anna"], records.Where(record => record.Kind == WasmTask.Kind && record.Graph != "check").Select(record => record.Worker));
    }

    [Fact]
    public async Task A_neighbours_nonsense_is_that_tasks_failure()
    {
        await using Executor executor = Executor(new RecordLog());
        async Task<string> CauseAsync(TaskInput input) =>
            Assert.IsType<GuestResult.Failed>(await executor.RunGuestAsync(WasmTask.Kind, input.Pack(), default, Test)).Cause;
        Assert.Contains("takes one dependency", await CauseAsync(new TaskInput([], [])), StringComparison.Ordinal);
        Assert.Contains("Not a call of a guest", await CauseAsync(new TaskInput([1, 2], [[]])), StringComparison.Ordinal);
        Assert.Contains("Not a WebAssembly module", await CauseAsync(new TaskInput(new GuestCall(1, 1, [], []).Pack(), [[9]])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(GuestCall.MaxFuel + 1, 1)]
    [InlineData(1, 0)]
    [InlineData(1, GuestCall.MaxPages + 1)]
    public void A_call_outside_its_ranges_is_refused(long fuel, int pages) =>
        Assert.Throws<FormatException>(() => GuestCall.Unpack(new GuestCall(fuel, pages, [], []).Pack()));

    private Executor Executor(RecordLog log) => new(
        new ExecutorOptions { Lanes = 2 }, new TaskCatalog(WasmTask.Definitions(guests.Processes)), new Estimates(), log, TimeProvider.System, "here");
}
