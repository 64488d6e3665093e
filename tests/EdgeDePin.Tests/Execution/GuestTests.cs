using System.Collections.Concurrent;
using System.Text;
using EdgeDePin.Execution;
using EdgeDePin.Model;
using static EdgeDePin.Tests.Execution.Graphs;

namespace EdgeDePin.Tests.Execution;

public sealed class GuestTests
{
    private static readonly NodeId Anna = NodeId.Of(new byte[32]);
    private static readonly TaskKind Private = new("private", 1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Executor Start(TaskFunction run, RecordLog records, int lanes = 1) => new(
        new ExecutorOptions { Lanes = lanes, MaxGuests = 2 },
        new TaskCatalog(new TaskDefinition(Kind, run, Lendable: true), new TaskDefinition(Private, run, Lendable: false)),
        new Estimates(), records, TimeProvider.System, "here");

    private static byte[] Packed(string own) => new TaskInput(Encoding.UTF8.GetBytes(own), []).Pack();

    [Fact]
    public async Task A_guest_gets_its_output_and_leaves_a_record_with_the_requester()
    {
        var records = new RecordLog();
        await using Executor executor = Start((input, _) => [.. input.Own, 9], records);
        GuestResult.Done done = Assert.IsType<GuestResult.Done>(await executor.RunGuestAsync(Kind, Packed("x"), Anna, Token));
        Assert.Equal([(byte)'x', 9], done.Output);
        var all = new List<ExecutionRecord>();
        records.Drain(all);
        ExecutionRecord record = Assert.Single(all);
        Assert.Equal((Anna, "guest", "here", done.Started), (record.Requester!.Value, record.Graph, record.Worker, record.StartedAt));
        Assert.Equal(Digest.Of(Packed("x")), record.Input);
        Assert.Equal(Digest.Of(done.Output), record.Output);
    }

    [Fact]
    public async Task Own_work_that_comes_later_runs_before_guests_that_wait()
    {
        using var open = new ManualResetEventSlim();
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var order = new ConcurrentQueue<string>();
        await using Executor executor = Start(
            (input, token) =>
            {
                running.TrySetResult();
                open.Wait(token);
                order.Enqueue(Encoding.UTF8.GetString(input.Own));
                return [];
            },
            new RecordLog());
        Task<GuestResult> first = executor.RunGuestAsync(Kind, Packed("guest 1"), Anna, Token);
        await running.Task;
        Task<GuestResult> second = executor.RunGuestAsync(Kind, Packed("guest 2"), Anna, Token);
        Assert.Equal("Full: 2 guest tasks wait or run.", Assert.IsType<GuestResult.Refused>(await executor.RunGuestAsync(Kind, Packed("guest 3"), Anna, Token)).Reason);
        Task<RunResult> own = executor.RunAsync(TaskGraph.Build([Spec("own") with { Input = "own"u8.ToArray(), Priority = -100 }]), Token);
        open.Set();
        await Task.WhenAll(first, second, own).WaitAsync(TimeSpan.FromSeconds(10), Token);
        Assert.Equal(["guest 1", "own", "guest 2"], order);
        Assert.Equal(2, executor.FreeGuestSlots);
    }

    [Fact]
    public async Task Guests_leave_one_lane_of_two_to_own_work()
    {
        using var open = new ManualResetEventSlim();
        await using Executor executor = Start(
            (input, token) =>
            {
                if (input.Own.Length > 0)
                {
                    open.Wait(token);
                }

                return [];
            },
            new RecordLog(),
            lanes: 2);
        Task<GuestResult>[] guests = [executor.RunGuestAsync(Kind, Packed("1"), Anna, Token), executor.RunGuestAsync(Kind, Packed("2"), Anna, Token)];
        await executor.RunAsync(TaskGraph.Build([Spec("own")]), Token).WaitAsync(TimeSpan.FromSeconds(10), Token);
        open.Set();
        await Task.WhenAll(guests).WaitAsync(TimeSpan.FromSeconds(10), Token);
    }

    [Fact]
    public async Task What_a_guest_may_not_have_is_refused_and_what_throws_has_failed()
    {
        await using Executor executor = Start((_, _) => throw new InvalidDataException("bad"), new RecordLog());
        Assert.Contains("private@1", Assert.IsType<GuestResult.Refused>(await executor.RunGuestAsync(Private, Packed(""), Anna, Token)).Reason, StringComparison.Ordinal);
        Assert.Contains("other@1", Assert.IsType<GuestResult.Refused>(await executor.RunGuestAsync(new TaskKind("other", 1), Packed(""), Anna, Token)).Reason, StringComparison.Ordinal);
        Assert.IsType<GuestResult.Refused>(await executor.RunGuestAsync(Kind, [1, 2, 3], Anna, Token));
        Assert.Equal("InvalidDataException: bad", Assert.IsType<GuestResult.Failed>(await executor.RunGuestAsync(Kind, Packed(""), Anna, Token)).Cause);
    }
}
