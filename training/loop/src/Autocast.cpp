#include "Autocast.h"

#include <ATen/autocast_mode.h>

namespace glio::loop {

Autocast::Autocast(Precision precision, torch::DeviceType device)
    : m_on(precision != Precision::Float32), m_device(device)
{
    if (!m_on) return;
    at::autocast::set_autocast_enabled(m_device, true);
    at::autocast::set_autocast_dtype(m_device, precision == Precision::Float16 ? torch::kFloat16 : torch::kBFloat16);
    at::autocast::increment_nesting();
}

Autocast::~Autocast()
{
    if (!m_on) return;
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
    at::autocast::set_autocast_enabled(m_device, false);
}

} // namespace glio::loop
