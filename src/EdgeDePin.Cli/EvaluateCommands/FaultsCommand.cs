using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using EdgeDePin.Analytics.Faults;
using EdgeDePin.Model;

namespace EdgeDePin.Cli.EvaluateCommands;

/// <summary><c>edgedepin evaluate faults</c>: the fault detectors of the node over a table of readings.</summary>
internal static class FaultsCommand
{
    private static readonly TimeSpan Calm = TimeSpan.FromDays(1);
    private const double HoursPerMonth = 720;

    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = "A table with one row for each instant.", HelpName = "FILE.csv", Required = true };
        var time = new Option<string?>("--time") { Description = "Column of the instants, with a .NET format where they are not ISO 8601. UTC.", HelpName = "COL[:FORMAT]" };
        var values = new Option<string[]>("--value") { Description = "Columns to watch and what they measure. Several of one quantity are compared with each other.", HelpName = "COL[=QUANTITY]", Required = true, AllowMultipleArgumentsPerToken = true };
        var from = new Option<string?>("--from") { Description = "Instant of the first row, where no column has instants.", HelpName = "INSTANT" };
        var every = new Option<string?>("--every") { Description = "Time between rows, likewise.", HelpName = "DURATION" };
        var onset = new Option<string?>("--onset") { Description = "When a fault is known to begin: alarms before it are false, and the first after it tells how long it took.", HelpName = "INSTANT" };
        var json = new Option<bool>("--json") { Description = "Print one line of JSON." };
        var plot = new Option<string?>("--plot") { Description = "Draw the hourly means and scores.", HelpName = "FILE.svg" };
        var command = new ExplainedCommand("faults",
            "Runs the fault detectors of the node over a table and says when they would have called which sensor broken, and why.",
            """
            Examples:
              edgedepin evaluate faults --data dht22.csv --time timestamp --value temperature humidity
              edgedepin evaluate faults --data midc.csv --from 2018-10-18T00:00:00Z --every 1m --value "Temp CHP1 [deg C]=temperature" --plot faults.svg
              edgedepin evaluate faults --data roof.csv --time "when:dd-MM-yyyy HH:mm" --value t1=temperature t2=temperature t3=temperature --onset 2026-03-27T00:00:00Z

            Comma, semicolon or tab; decimal point or comma; empty, NA, NaN, null and - are no readings. Rows that are not in the order of time are sorted. Codes such as -7999 are judged as what they say.
            An alarm is a score of 0.5 and more; it ends after a day without. Reasons: range, step, flat line, saturated, drift against the others, clock.

            Exit codes: 0 done, 2 wrong use or no such column, 3 the file cannot be read.
            """)
        { data, time, values, from, every, onset, json, plot };
        command.SetAction(parsed =>
        {
            DateTimeOffset? begins = OptionText.Read("--from", parsed.GetValue(from), Instant);
            TimeSpan? step = OptionText.Read("--every", parsed.GetValue(every), Duration.Parse);
            if (parsed.GetValue(time) is null && (begins is null || step is null))
            {
                throw new CommandFailure(ExitCode.WrongUse, "Name the column of the instants with --time, or say --from and --every where there is none.");
            }

            WatchedColumn[] columns = [.. parsed.GetValue(values)!.Select(WatchedColumn.Parse)];
            FaultReport report = Watch(
                new FaultTable(parsed.GetValue(data)!, columns, parsed.GetValue(time), begins ?? default, step ?? default), columns,
                OptionText.Read("--onset", parsed.GetValue(onset), Instant));
            if (parsed.GetValue(plot) is { } file)
            {
                FaultPlot.Write(file, report.Sensors);
            }

            report.Print(parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    private static DateTimeOffset Instant(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset at)
            ? at
            : throw new FormatException($"'{text}' is no instant; write it as 2026-03-27T00:00:00Z.");

    private static FaultReport Watch(FaultTable table, WatchedColumn[] columns, DateTimeOffset? onset)
    {
        var drift = new DriftCheck();
        Course[] courses = [.. columns.Select((column, number) => new Course(column, new FaultWatch(new SensorId($"column-{number}"), column.Quantity, drift), onset))];
        long ticks = 0;
        (int Column, double Value, DateTimeOffset At)[] readings = [.. table.Readings()];
        long back = 0;
        for (int row = 1; row < readings.Length; row++)
        {
            back += readings[row].At < readings[row - 1].At ? 1 : 0;
        }

        // A clock goes back now and then; a table that does so all the time is in another order.
        bool sorted = back > Math.Max(10, readings.Length / 1_000);
        foreach ((int column, double value, DateTimeOffset at) in sorted ? readings.OrderBy(reading => reading.At) : readings.AsEnumerable())
        {
            long began = Stopwatch.GetTimestamp();
            courses[column].Add(value, at);
            ticks += Stopwatch.GetTimestamp() - began;
        }

        WatchedSensor[] sensors = [.. courses.Select(course => course.End())];
        return new FaultReport([.. sensors], sorted, table.Refused, TimeSpan.FromSeconds(ticks / (double)Stopwatch.Frequency).TotalMicroseconds / Math.Max(1, sensors.Sum(sensor => sensor.Readings)));
    }

    private sealed class Course(WatchedColumn column, FaultWatch watch, DateTimeOffset? onset)
    {
        private readonly ImmutableArray<FaultAlarm>.Builder _alarms = ImmutableArray.CreateBuilder<FaultAlarm>();
        private readonly ImmutableArray<(DateTimeOffset, double, double)>.Builder _scores = ImmutableArray.CreateBuilder<(DateTimeOffset, double, double)>();
        private readonly Dictionary<FaultReason, DateTimeOffset> _alarmed = [];
        private long _readings;
        private double _sum;
        private int _count;

        public void Add(double value, DateTimeOffset at)
        {
            _readings++;
            if (watch.Judge(value, at) is { } hour)
            {
                _scores.Add((hour.From, hour.Score, _sum / Math.Max(1, _count)));
                (_sum, _count) = (0, 0);
            }

            (_sum, _count) = (_sum + value, _count + 1);
            if (watch.Score >= FaultWatch.Alarm && watch.Now is { Reason: { } reason } now)
            {
                if (!_alarmed.TryGetValue(reason, out DateTimeOffset last) || at - last > Calm)
                {
                    _alarms.Add(new FaultAlarm(at, reason, now.Score, now.Detail));
                }

                _alarmed[reason] = at;
            }
        }

        public WatchedSensor End()
        {
            if (_count > 0)
            {
                _scores.Add((watch.Now.From, watch.Now.Score, _sum / _count));
            }

            DateTimeOffset known = onset ?? DateTimeOffset.MaxValue;
            int hours = _scores.Count(score => score.Item1 < known);
            return new WatchedSensor(
                column.Name, column.Quantity.Name, _readings, _scores.Count, _alarms.ToImmutable(),
                _alarms.Count(alarm => alarm.At < known) * HoursPerMonth / Math.Max(1, hours),
                onset is { } begin && _alarms.FirstOrDefault(alarm => alarm.At >= begin) is { } first ? (first.At - begin).TotalHours : null, _scores.ToImmutable());
        }
    }
}
