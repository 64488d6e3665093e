using System.Net;
using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Simulation.Buses;
using EdgeDePin.Simulation.Chips;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Serving;

/// <summary>A scenario on wires that any program can use: serial chips on pseudo-terminals, meters on Modbus TCP.</summary>
public sealed class ServedScenario : IAsyncDisposable
{
    private readonly List<ServedSensor> _sensors = [];
    private readonly List<Pseudoterminal> _terminals = [];
    private readonly List<string> _lines = [];
    private SimulatedModbusServer? _server;

    private ServedScenario()
    {
    }

    public IReadOnlyList<ServedSensor> Sensors => _sensors;

    /// <summary>Where each sensor is, one line each.</summary>
    public IReadOnlyList<string> Where => _lines;

    /// <param name="terminals">Put serial chips on pseudo-terminals.</param>
    /// <param name="modbus">Where meters answer by TCP; null: on a pseudo-terminal each, as RTU.</param>
    /// <exception cref="FormatException">Two meters have the same unit, or a planned fault cannot act where its sensor is.</exception>
    /// <exception cref="IOException">There are no pseudo-terminals.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The address is in use.</exception>
    public static ServedScenario Serve(SimulationScenario scenario, int seed, bool terminals, IPEndPoint? modbus, TimeProvider time)
    {
        var served = new ServedScenario();
        var units = new Dictionary<byte, ServedSensor>();
        foreach ((int index, SimulationSite site) in scenario.Sites.Index())
        {
            var environment = new SiteEnvironment(seed, seed + (1_000 * (index + 1)), time.GetUtcNow());
            foreach ((int number, SensorOptions options) in site.Sensors.Index())
            {
                var sensor = new ServedSensor(site.Name, options, environment, scenario.Faults, seed + (100 * index) + number, time);
                served._sensors.Add(sensor);
                served._lines.Add($"{site.Name}/{sensor.Name} {options.Chip} {served.Put(sensor, units, terminals, modbus)}");
                BusKind line = sensor.Unit is not null && modbus is not null ? BusKind.Tcp : sensor.Wired;
                sensor.Check(line, isRead: false);
            }
        }

        if (modbus is not null && units.Count > 0)
        {
            served._server = new SimulatedModbusServer(units.ToDictionary(one => one.Key, one => one.Value.Unit!), modbus.Port, modbus.Address)
            {
                Fault = number => units.TryGetValue(number, out ServedSensor? meter) ? meter.Next() : BusFault.None,
            };
        }

        return served;
    }

    /// <summary>The port that meters answer on; 0 without any.</summary>
    public int ModbusPort => _server?.Port ?? 0;

    /// <summary>Applies the faults that are due, and lists those that hold: the ground truth.</summary>
    public IEnumerable<(ServedSensor Sensor, PlannedFault Fault)> Step() =>
        _sensors.Select(sensor => (sensor, sensor.Step())).Where(pair => pair.Item2 is not null).Select(pair => (pair.sensor, pair.Item2!));

    /// <summary>Rows of what is true now: instant, site, sensor, quantity, value, unit.</summary>
    public IEnumerable<string> Truth(DateTimeOffset now) =>
        from sensor in _sensors
        from quantity in sensor.Entry.Quantities
        let value = sensor.Truth(quantity, now)
        where value is not null
        select FormattableString.Invariant($"{now:O},{sensor.Site},{sensor.Name},{quantity.Name},{value:R},{quantity.Unit}");

    public async ValueTask DisposeAsync()
    {
        foreach (Pseudoterminal terminal in _terminals)
        {
            await terminal.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _sensors.ForEach(sensor => sensor.Dispose());
    }

    private string Put(ServedSensor sensor, Dictionary<byte, ServedSensor> units, bool terminals, IPEndPoint? modbus)
    {
        if (sensor.Unit is not null && modbus is not null)
        {
            byte number = (byte)(sensor.Options.Address ?? 1);
            return units.TryAdd(number, sensor)
                ? $"modbus {modbus} unit {number}"
                : throw new FormatException($"{sensor.Site}/{sensor.Name}: unit {number} is taken; give each meter an Address of its own.");
        }

        if (sensor.Line is { } line && terminals)
        {
            var terminal = new Pseudoterminal(line);
            _terminals.Add(terminal);
            return $"serial {terminal.Path}";
        }

        if (sensor.Line is not null || sensor.Unit is not null)
        {
            return "in this process only: --serial pty puts it on a pseudo-terminal, and --modbus HOST:PORT meters on TCP";
        }

        return "in this process only (no kernel offers simulated I2C, 1-Wire or GPIO to other programs)";
    }
}
