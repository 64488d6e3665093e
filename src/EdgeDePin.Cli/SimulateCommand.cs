using System.CommandLine;
using System.Globalization;
using System.Net;
using EdgeDePin.Simulation.Serving;

namespace EdgeDePin.Cli;

/// <summary><c>edgedepin simulate sensors</c>: simulated chips on wires that any program can use.</summary>
internal static class SimulateCommand
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    public static Command Create() => new("simulate", "Simulated devices for any program, and simulated neighbourhoods.") { Sensors(), SimulateNeighbourhood.Create() };

    private static Command Sensors()
    {
        var scenario = new Option<string>("--scenario") { Description = "Sites, their sensors and planned faults: FILE.toml or FILE.json.", HelpName = "FILE", Required = true };
        var serial = new Option<string?>("--serial") { Description = "'pty': serial chips answer on pseudo-terminals.", HelpName = "pty" };
        var modbus = new Option<string?>("--modbus") { Description = "Where meters answer by Modbus TCP; port 0 takes any free one.", HelpName = "HOST:PORT" };
        var seed = new Option<int>("--seed") { Description = "Of weather, air, loads and faults.", DefaultValueFactory = _ => 1 };
        var record = new Option<string?>("--record") { Description = "Write what is true each second, and every fault, into this file.", HelpName = "FILE" };
        var command = new ExplainedCommand("sensors",
            "Serves the simulated wire: serial chips on real pseudo-terminals, meters on Modbus TCP, with planned faults.",
            """
            Examples:
              edgedepin simulate sensors --scenario city.toml --serial pty --modbus 127.0.0.1:1502
              edgedepin simulate sensors --scenario city.json --serial pty --seed 7 --record truth.csv

            A scenario, city.toml (as JSON with the same names):
              [[Sites]]
              Name = "roof"
              Sensors = [ { Chip = "sds011" }, { Chip = "sdm630", Address = 1 } ]

              [[Faults]]
              Site = "roof"
              Sensor = "sds011"
              Kind = "BitFlip"
              AtSeconds = 30
              ForSeconds = 10
            Kinds: Unplug, BitFlip, ShortFrame, NoAnswer, Garbage, Hang, Stretch, BrownOut of the wire;
            StuckAt, Drift, Saturated, Spikes, CounterZero, CounterReset, CounterWrap (WrapsAt = 100000) of the value;
            ClockStep (StepSeconds = 3600) of the clock of a dsmr meter. One that cannot act on its chip and line is refused.

            Exit codes: 0 stopped by Ctrl-C, 2 the scenario is wrong, 3 the port is in use or there are no pseudo-terminals.
            """)
        { scenario, serial, modbus, seed, record };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(scenario)!, parsed.GetValue(serial), parsed.GetValue(modbus), parsed.GetValue(seed), parsed.GetValue(record), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string file, string? serial, string? modbus, int seed, string? record, CancellationToken cancellationToken)
    {
        if (serial is not (null or "pty"))
        {
            throw new CommandFailure(ExitCode.WrongUse, $"--serial: '{serial}' is no kind of line; use 'pty'.");
        }

        IPEndPoint? endpoint = null;
        if (modbus is not null && !IPEndPoint.TryParse(modbus, out endpoint))
        {
            throw new CommandFailure(ExitCode.WrongUse, $"--modbus: '{modbus}' is no address; use for example 127.0.0.1:1502.");
        }

        SimulationScenario scenario;
        try
        {
            scenario = SimulationScenario.Read(file);
        }
        catch (Exception error) when (error is FormatException or IOException)
        {
            throw new CommandFailure(ExitCode.WrongUse, error.Message, error);
        }

        TimeProvider time = TimeProvider.System;
        await using ServedScenario served = Serve(file, scenario, seed, serial is not null, endpoint, time);
        await using StreamWriter? truth = record is null ? null : new StreamWriter(record);
        foreach (string line in served.Where)
        {
            Console.WriteLine(line);
        }

        if (served.ModbusPort > 0)
        {
            Console.WriteLine($"modbus listens on port {served.ModbusPort}");
        }

        await RunAsync(served, truth, time, cancellationToken);
        return ExitCode.Done;
    }

    private static ServedScenario Serve(string file, SimulationScenario scenario, int seed, bool terminals, IPEndPoint? endpoint, TimeProvider time)
    {
        try
        {
            return ServedScenario.Serve(scenario, seed, terminals, endpoint, time);
        }
        catch (FormatException error)
        {
            throw new CommandFailure(ExitCode.WrongUse, $"{file}: {error.Message}", error);
        }
    }

    private static async Task RunAsync(ServedScenario served, StreamWriter? truth, TimeProvider time, CancellationToken cancellationToken)
    {
        HashSet<PlannedFault> holding = [];
        truth?.WriteLine("at,site,sensor,quantity,value,unit");
        using var timer = new PeriodicTimer(Step, time);
        try
        {
            do
            {
                DateTimeOffset now = time.GetUtcNow();
                (ServedSensor Sensor, PlannedFault Fault)[] faults = [.. served.Step()];
                foreach ((ServedSensor sensor, PlannedFault fault) in faults.Where(one => !holding.Contains(one.Fault)))
                {
                    string line = string.Create(CultureInfo.InvariantCulture, $"{now:O},{sensor.Site},{sensor.Name},fault,{fault.ForSeconds},{fault.Kind}");
                    Console.WriteLine(line);
                    truth?.WriteLine(line);
                }

                holding = [.. faults.Select(one => one.Fault)];
                foreach (string row in truth is null ? [] : served.Truth(now))
                {
                    truth!.WriteLine(row);
                }
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is the ordinary end.
        }
    }
}
