using System.Text;
using System.Text.Json;
using EdgeDePin.Execution;
using EdgeDePin.Execution.Export;
using EdgeDePin.Execution.Records;
using EdgeDePin.Execution.Workflows;
using EdgeDePin.Tests.Execution.Explaining;
using EdgeDePin.Tests.Execution.Lanes;

namespace EdgeDePin.Tests.Execution.Export;

public sealed class RecordExportTests
{
    [Fact]
    public void WfFormat_comes_back_with_the_same_graph_and_times()
    {
        JournalEntry[] entries = Entries.Random(Shapes.Random(200, 3, new Random(1)), 3, seed: 1);
        Workflow workflow = WfFormatReader.Read(Bytes(RecordFormat.WfFormat, entries));
        Assert.Equal(200, workflow.Tasks.Length);
        for (int task = 0; task < 200; task++)
        {
            Assert.Equal(entries[task].After.Order(), workflow.Shape.DependenciesOf(task).ToArray().Order());
            Assert.Equal(entries[task].Nanoseconds / 1e9, workflow.Tasks[task].Seconds, 1e-12);
            Assert.Equal(entries[task].Kind, workflow.Tasks[task].Kind);
        }
    }

    [Fact]
    public void Every_format_takes_awkward_names_failures_and_neighbours()
    {
        foreach (RecordFormat format in Enum.GetValues<RecordFormat>())
        {
            byte[] bytes = Bytes(format, Entries.Awkward());
            Assert.NotEmpty(bytes);
            if (format is RecordFormat.Chrome or RecordFormat.Otlp or RecordFormat.WfFormat or RecordFormat.RoCrate)
            {
                using var json = JsonDocument.Parse(bytes);
            }
        }

        string[] lines = Encoding.UTF8.GetString(Bytes(RecordFormat.OpenLineage, Entries.Awkward())).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2 + (2 * 7), lines.Length);
        Assert.All(lines, line => JsonDocument.Parse(line).Dispose());
    }

    // A result that is taken back has two records of one execution.
    [Fact]
    public void What_was_taken_back_is_no_second_execution_in_any_format_and_a_line_of_its_own_in_the_table()
    {
        JournalEntry[] entries = Entries.Awkward();
        JournalEntry back = entries[5] with { Outcome = ExecutionOutcome.Superseded, OutputDigest = 0, Cause = "its worker was found to lie" };
        foreach (RecordFormat format in Enum.GetValues<RecordFormat>())
        {
            byte[] without = Bytes(format, entries), with = Bytes(format, [.. entries, back]);
            if (format == RecordFormat.Csv)
            {
                string line = Assert.Single(Encoding.UTF8.GetString(with).Split("\r\n").Except(Encoding.UTF8.GetString(without).Split("\r\n")));
                Assert.Contains(",superseded,", line, StringComparison.Ordinal);
                continue;
            }

            Assert.True(without.AsSpan().SequenceEqual(with), $"{format}");
        }
    }

    [Fact]
    public void Two_runs_are_not_one_trace()
    {
        JournalEntry[] entries = Entries.Awkward();
        entries[0] = entries[0] with { Run = "another" };
        Assert.Contains("several runs", Assert.Throws<ArgumentException>(() => Bytes(RecordFormat.Csv, entries)).Message, StringComparison.Ordinal);
        Assert.Contains("no records", Assert.Throws<ArgumentException>(() => Bytes(RecordFormat.Csv, [])).Message, StringComparison.Ordinal);
    }

    private static byte[] Bytes(RecordFormat format, JournalEntry[] entries)
    {
        using var stream = new MemoryStream();
        RecordExport.Write(format, entries, stream);
        return stream.ToArray();
    }
}
