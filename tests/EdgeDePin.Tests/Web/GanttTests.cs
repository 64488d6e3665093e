using System.Text.Json.Nodes;
using CsCheck;
using EdgeDePin.Web.Work;

namespace EdgeDePin.Tests.Web;

public sealed class GanttTests
{
    private const string Node = StoreInMemory.Node;
    private const string Bea = "bbbbbbbbbbbbbbbbbbbbbbbbbb";

    private static StoredExecution Execution(
        string worker = Node, string? requester = null, int lane = 0, double start = 0, string? run = "r", string outcome = "succeeded") =>
        new(StoreInMemory.Noon.AddMilliseconds(start), worker, "mean@1", outcome, run, "t", 1, 5, lane, 2, 10, 12, 100, 8,
            null, null, requester);

    private static string Name(string node) => node == Bea ? "bea" : "anna";

    [Theory]
    [InlineData(Node, null, Ownership.Own)]
    [InlineData(Node, Node, Ownership.Own)]
    [InlineData(Node, Bea, Ownership.Lent)]
    [InlineData(Bea, null, Ownership.Borrowed)]
    [InlineData(Bea, Node, Ownership.Borrowed)]
    [InlineData("", null, Ownership.Own)] // a record without worker is ours
    public void Work_is_own_lent_or_borrowed(string worker, string? requester, Ownership expected) =>
        Assert.Equal(expected, Execution(worker, requester).OwnershipFor(Node));

    [Fact]
    public void Lanes_of_this_node_come_before_those_of_neighbours()
    {
        Gantt gantt = Gantt.Of([Execution(Bea), Execution(lane: 1), Execution(lane: 0)], Node, Name);

        Assert.Equal(["anna · lane 0", "anna · lane 1", "bea · lane 0"], gantt.Rows);
    }

    [Fact]
    public void Every_execution_is_one_bar_in_its_own_row() =>
        Gen.Select(Gen.Bool, Gen.Bool, Gen.Int[0, 3], Gen.Double[0, 1e6]).List[0, 60].Sample(list =>
        {
            List<StoredExecution> executions =
                [.. list.Select(item => Execution(item.Item1 ? Bea : Node, item.Item2 ? Bea : null, item.Item3, item.Item4))];
            Gantt gantt = Gantt.Of(executions, Node, Name);

            Assert.Equal(executions.Count, gantt.Bars.Count);
            Assert.All(gantt.Bars, bar => Assert.Equal(
                $"{Name(bar.Execution.Worker)} · lane {bar.Execution.Lane}", gantt.Rows[bar.Row]));
            Assert.Equal(executions.Count, Enum.GetValues<Ownership>().Sum(gantt.Count));
        });

    [Fact]
    public void The_newest_run_is_in_focus_unless_it_is_too_short_to_show_anything()
    {
        List<StoredExecution> earlier = [.. Enumerable.Range(0, 20).Select(i => Execution(start: i, run: "earlier"))];
        List<StoredExecution> newest = [.. Enumerable.Range(0, 20).Select(i => Execution(start: 1000 + i, run: "newest"))];

        Assert.Equal(StoreInMemory.Noon.AddMilliseconds(1000), Gantt.Of([.. earlier, .. newest], Node, Name).FocusFrom);
        Assert.Equal(StoreInMemory.Noon.AddMilliseconds(9), Gantt.Of([.. earlier, newest[0]], Node, Name).FocusFrom);
    }

    [Fact]
    public void A_bar_carries_its_record_as_text()
    {
        JsonObject timeline = Timeline.Of(Gantt.Of([Execution(requester: Bea, outcome: "failed")], Node, Name), Name);

        JsonNode bar = timeline["bars"]![0]!;
        Assert.Equal(1, timeline["lent"]!.GetValue<int>());
        Assert.Equal("[0,1565784000000,1565784000010]", bar["value"]!.ToJsonString());
        Assert.Equal(("lent", false), (bar["who"]!.GetValue<string>(), bar["ok"]!.GetValue<bool>()));
        string[] record = [.. bar["record"]!.AsArray().Select(line => $"{line![0]}: {line[1]}")];
        Assert.Contains("for: bea", record);
        Assert.Contains("predicted: 12 ms (+20 %)", record);
        Assert.DoesNotContain(record, line => line.StartsWith("why", StringComparison.Ordinal)); // the record does not say
    }
}
