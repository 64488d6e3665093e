using System.Globalization;
using System.Text;

namespace EdgeDePin.Benchmarks.Data;

/// <summary>
/// The trucks of the IoT use case of the Time Series Benchmark Suite (github.com/timescale/tsbs): each reports its place and
/// its engine every 10 s, as random walks of the same steps and bounds. In the order of time, and nothing is missing.
/// </summary>
/// <param name="seed">The same seed makes the same data.</param>
/// <param name="trucks">What the suite calls scale.</param>
internal sealed class TruckFleet(int seed, int trucks)
{
    /// <summary>2016-01-01T00:00:00Z, in ns since 1970.</summary>
    public const long Start = 1_451_606_400_000_000_000;

    public const long Step = 10_000_000_000;

    private static readonly string[] Fleets = ["East", "West", "North", "South"];
    private static readonly string[] Drivers = ["Derek", "Rodney", "Albert", "Andy", "Seth", "Trish"];
    private static readonly string[] Versions = ["v1.0", "v1.5", "v2.0", "v2.3"];
    private static readonly (string Name, int Load, int Fuel, int Consumption)[] Models = [("F-150", 2000, 200, 15), ("G-2000", 5000, 300, 19), ("H-2", 1500, 150, 12)];

    /// <summary>Bodies of write requests over so many steps, made one at a time.</summary>
    public IEnumerable<byte[]> Bodies(int steps, int linesPerBody)
    {
        var random = new Random(seed);
        Truck[] fleet = [.. Enumerable.Range(0, trucks).Select(number => new Truck(number, random))];
        var text = new StringBuilder();
        int lines = 0;
        for (int step = 0; step < steps; step++)
        {
            foreach (Truck truck in fleet)
            {
                truck.Advance(random);
                truck.Write(text, Start + (step * Step));
                lines += 2;
                if (lines >= linesPerBody)
                {
                    yield return Encoding.ASCII.GetBytes(text.ToString());
                    (lines, _) = (0, text.Clear());
                }
            }
        }

        if (lines > 0)
        {
            yield return Encoding.ASCII.GetBytes(text.ToString());
        }
    }

    private sealed class Truck
    {
        private readonly string _tags;
        private readonly string _capacities;
        private double _latitude;
        private double _longitude;
        private double _elevation;
        private double _velocity;
        private double _heading;
        private double _grade;
        private double _consumption = 25;
        private double _fuel = 1;
        private double _load;
        private double _status;

        public Truck(int number, Random random)
        {
            (string model, int load, int fuel, int consumption) = Models[random.Next(Models.Length)];
            _tags = string.Create(CultureInfo.InvariantCulture,
                $",name=truck_{number},fleet={Fleets[random.Next(4)]},driver={Drivers[random.Next(6)]},model={model},device_version={Versions[random.Next(4)]} ");
            _capacities = string.Create(CultureInfo.InvariantCulture, $"load_capacity={load},fuel_capacity={fuel},nominal_fuel_consumption={consumption}");
            (_latitude, _longitude) = (random.NextDouble() * 90, random.NextDouble() * 180);
            (_elevation, _heading) = (random.NextDouble() * 500, random.NextDouble() * 360);
        }

        public void Advance(Random random)
        {
            _latitude = Walk(random, _latitude, 0.005, -90, 90);
            _longitude = Walk(random, _longitude, 0.005, -180, 180);
            _elevation = Walk(random, _elevation, 10, 0, 5000);
            _velocity = Walk(random, _velocity, 10, 0, 100);
            _heading = Walk(random, _heading, 5, 0, 360);
            _grade = Walk(random, _grade, 5, 0, 100);
            _consumption = Walk(random, _consumption, 5, 0, 50);
            _fuel -= random.NextDouble() * 0.001;
            _fuel = _fuel <= 0 ? 1 : _fuel;
            _load = random.NextDouble() < 0.05 ? random.NextDouble() * 5000 : _load;
            // Steps of a normal distribution (Box and Muller).
            double step = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            _status = Math.Clamp(_status + step, 0, 5);
        }

        public void Write(StringBuilder text, long instant)
        {
            text.Append(CultureInfo.InvariantCulture, $"readings{_tags}{_capacities},latitude={_latitude:F5},longitude={_longitude:F5},elevation={_elevation:F0},")
                .Append(CultureInfo.InvariantCulture, $"velocity={_velocity:F0},heading={_heading:F0},grade={_grade:F0},fuel_consumption={_consumption:F1} {instant}\n")
                .Append(CultureInfo.InvariantCulture, $"diagnostics{_tags}{_capacities},fuel_state={_fuel:F1},current_load={_load:F0},status={(int)_status}i {instant}\n");
        }

        private static double Walk(Random random, double value, double step, double least, double most) =>
            Math.Clamp(value + (((2 * random.NextDouble()) - 1) * step), least, most);
    }
}
